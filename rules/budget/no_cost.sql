-- title: Budget without cost
-- severity: warning
-- owner: whoever keeps budgets.csv
-- why: A budget of an account that has no cost in its currency never alerts. Mostly the account id or the
--   currency is mistyped, or the account's bill is missing.
-- act: Compare the account id and the currency in budgets.csv with the bill. End the budget's row with its last
--   month where the account is closed.
-- method: A budget in force for which the month has no charge of its account in its currency. Cost is 0.
--   No saving is claimed.
with
account_currency as (
    select SubAccountId, BillingCurrency
    from budgeted_cost
    where BillingPeriodStart = $period_start
    group by all
),
account as (
    select SubAccountId, string_agg(BillingCurrency, ', ' order by BillingCurrency) as Currencies
    from account_currency
    group by SubAccountId
)
select
    budget.SubAccountId as Scope,
    budget.Budget as Subject,
    budget.BillingCurrency,
    cast(0 as decimal(38,18)) as Cost,
    cast(null as decimal(38,18)) as MonthlySaving,
    json_object('amount', budget.Amount, 'owner', budget.Owner, 'account_charged_in', coalesce(account.Currencies, 'no currency')) as Evidence
from policy_budget as budget
left join account on account.SubAccountId = budget.SubAccountId
where budget.FirstMonth <= $period_start
    and coalesce(budget.LastMonth, $period_start) >= $period_start
    and not exists (
        from account_currency
        where account_currency.SubAccountId = budget.SubAccountId and account_currency.BillingCurrency = budget.BillingCurrency
    )
order by Scope, Subject
