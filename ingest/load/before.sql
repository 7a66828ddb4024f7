-- What the slice totals to before it is replaced, per account and service, and the month's state at this time.
create or replace temp table before as
select
    daily_cost.x_ImportId as ImportId,
    import.Mapping,
    month_state.MonthState,
    daily_cost.BillingCurrency,
    daily_cost.SubAccountId,
    daily_cost.ServiceName,
    sum(daily_cost.BilledCost) as BilledCost,
    sum(daily_cost.EffectiveCost) as EffectiveCost
from daily_cost
join import on import.ImportId = daily_cost.x_ImportId
join month_state($now) as month_state
    on month_state.SourceName = daily_cost.x_SourceName and month_state.Slice = daily_cost.x_Slice
where daily_cost.x_SourceName = $source_name and daily_cost.x_Slice = $slice
group by all
