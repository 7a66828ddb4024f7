-- title: Currency that does not exist
-- severity: warning
-- owner: whoever runs Costwarden
-- why: FOCUS asks for a currency of ISO 4217. Credits, points and test codes are no money and cannot be budgeted,
--   converted or compared with an invoice.
-- act: Ask the provider what the code stands for. Where it is no money, leave the source out.
-- method: Cost is the month's BilledCost per source in a code that is no currency in use by ISO 4217. No saving is
--   claimed.
with
currency (Code) as (
    select unnest(string_split(
        'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP '
        || 'CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG '
        || 'HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL '
        || 'MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR '
        || 'RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD '
        || 'TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG', ' '))
)
select
    x_SourceName as Scope,
    BillingCurrency as Subject,
    BillingCurrency,
    sum(BilledCost) as Cost,
    cast(null as decimal(38,18)) as MonthlySaving,
    json_object('charges', sum(x_Rows)) as Evidence
from daily_cost
where BillingPeriodStart = $period_start and BillingCurrency not in (select Code from currency)
group by Scope, Subject, BillingCurrency
order by Scope, Subject
