-- Alert policies, as they were written; a row never changes. The one shipped with the product (version 1) is not here. policy_changes says from when on each is in force.
-- They have a table of their own because earlier versions of the product read every row of policy_documents and fail on a kind that they do not know.
CREATE TABLE alert_policies (
    version    INTEGER NOT NULL PRIMARY KEY,
    document   TEXT    NOT NULL,
    created_at INTEGER NOT NULL
);
