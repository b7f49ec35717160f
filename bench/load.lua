-- Distinct alerts for wrk, the same labels and texts in the form that each server takes.
-- Arguments: the form (api, hook or v2), alerts per request, the most requests per thread, and a start time (RFC 3339).

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local forms = {
  api = {
    from = "[", to = "]",
    one = '{"name":"BenchLoad","service":"checkout","severity":"P3","labels":{"instance":"%s","job":"bench","env":"prod"},'
      .. '"summary":"Latency above the objective on %s","starts_at":"%s","url":"http://prometheus.example/graph?g0.expr=up"}',
  },
  hook = {
    from = '{"version":"4","groupKey":"{}:{alertname=\\"BenchLoad\\"}","truncatedAlerts":0,"status":"firing","receiver":"stormjib",'
      .. '"groupLabels":{"alertname":"BenchLoad"},"commonLabels":{"alertname":"BenchLoad"},"commonAnnotations":{},'
      .. '"externalURL":"http://alertmanager.example","alerts":[',
    to = "]}",
    one = '{"status":"firing","labels":{"alertname":"BenchLoad","service":"checkout","severity":"P3","instance":"%s","job":"bench",'
      .. '"env":"prod"},"annotations":{"summary":"Latency above the objective on %s"},"startsAt":"%s",'
      .. '"endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prometheus.example/graph?g0.expr=up","fingerprint":"%08x%08x"}',
  },
  v2 = {
    from = "[", to = "]",
    one = '{"labels":{"alertname":"BenchLoad","service":"checkout","severity":"P3","instance":"%s","job":"bench","env":"prod"},'
      .. '"annotations":{"summary":"Latency above the objective on %s"},"startsAt":"%s",'
      .. '"generatorURL":"http://prometheus.example/graph?g0.expr=up"}',
  },
}

local form, size, most, began
local sent = 0
local count = 0

function init(args)
  form, size, most, began = forms[args[1]], tonumber(args[2]), tonumber(args[3]), args[4]
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  sent = sent + 1
  if sent > most then wrk.thread:stop() end
  local alerts = {}
  for at = 1, size do
    count = count + 1
    local instance = string.format("node-%d-%08d", number, count)
    -- Spread over all numbers, as hashes are, so that an index gets no order as a present.
    alerts[at] = string.format(form.one, instance, instance, began, (count * 2654435761) % 4294967296, number)
  end
  return wrk.format(nil, nil, nil, form.from .. table.concat(alerts, ",") .. form.to)
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests":%d,"microseconds":%d,"refused":%d,"broken":%d,"p50_us":%d,"p99_us":%d}\n',
    summary.requests, summary.duration, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
