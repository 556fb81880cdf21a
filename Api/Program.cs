using HealthApi.Api.Commands;

return await CommandLine.RunAsync(args, CommandContext.Console);
