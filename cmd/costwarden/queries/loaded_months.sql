-- The billing months that have rows, oldest first.
select distinct BillingPeriodStart from current_import order by BillingPeriodStart
