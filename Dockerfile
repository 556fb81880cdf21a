# syntax=docker/dockerfile:1
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY Core/Core.csproj Core/packages.lock.json Core/
COPY Infrastructure/Infrastructure.csproj Infrastructure/packages.lock.json Infrastructure/
COPY Api/Api.csproj Api/packages.lock.json Api/
RUN dotnet restore Api --locked-mode
COPY openapi.yaml ./
COPY Core Core
COPY Infrastructure Infrastructure
COPY Api Api
RUN dotnet publish Api --no-restore -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
RUN mkdir -p /var/lib/healthapi && chown "$APP_UID" /var/lib/healthapi
ENV URLS=http://+:8080 \
    Storage__ConnectionString="Data Source=/var/lib/healthapi/health.db"
VOLUME /var/lib/healthapi
EXPOSE 8080
USER $APP_UID
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s CMD ["dotnet", "HealthApi.Api.dll", "healthcheck", "http://localhost:8080/health/ready"]
ENTRYPOINT ["dotnet", "HealthApi.Api.dll"]
