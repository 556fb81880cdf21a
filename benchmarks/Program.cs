using HealthApi.Benchmarks;

return await Arguments.Create().Parse(args).InvokeAsync();
