using HealthApi.Api;

await ServiceHost.RunAsync(args);
