-- The payers whose lines are on net costs. Few payers, each with one basis: a list in a variable is as good as a
-- join, and reads faster.
set variable net_payers = (select coalesce(list(distinct BillingAccountId), []) from control where CostBasis = 'net')
