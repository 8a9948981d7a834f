-- One request to /v1/judge after the other, each with another number, and every answer held against its number.
--   wrk -s load.lua URL -- RUBRIC ITEMS PARAGRAPHS START
local rubric, items, paragraphs, number
local threads = {}
-- Global, because `done` reads them out of each thread.
wrong, first = 0, nil
local paragraph = "The harbour of Trieste was dredged in 1754, after the free port had been declared in 1719; both dates are in the " ..
  "charter that the city archive keeps. The work took eleven years and was paid for by a duty on salt. "

-- Each thread has numbers of its own: what is asked twice at once would be judged once.
function setup(thread)
  thread:set("offset", 1000000 * #threads)
  table.insert(threads, thread)
end

function init(arguments)
  rubric, items, paragraphs, number = arguments[1], tonumber(arguments[2]), tonumber(arguments[3]), tonumber(arguments[4]) + offset
  wrk.method, wrk.headers["Content-Type"] = "POST", "application/json"
end

local function item()
  number = number + 1
  return string.format(
    '{"id":"call-%d","prompt":"Question call-%d: when was the harbour dredged, and how do we know?","responses":["%s"]}',
    number, number, string.rep(paragraph, paragraphs))
end

function request()
  local list = {}
  for i = 1, items do list[i] = item() end
  return wrk.format(nil, nil, nil, string.format('{"rubric":"%s","items":[%s]}', rubric, table.concat(list, ",")))
end

-- The mock scores call-N with 1 + N % 10; every answer to the checks is the best.
function response(status, headers, body)
  local count = 0
  if status == 200 then
    for id, score in string.gmatch(body, '"id": *"call%-(%d+)".-"scores": *%[([%d.]+)%]') do
      local expected = rubric == "bench-checks" and 1 or 1 + tonumber(id) % 10
      if tonumber(score) == expected then count = count + 1 end
    end
  end
  if count ~= items then
    wrong = wrong + 1
    first = first or (status .. " " .. body)
  end
end

function done(summary, latency, requests)
  local bad, sample = 0, nil
  for _, thread in ipairs(threads) do
    bad = bad + thread:get("wrong")
    sample = sample or thread:get("first")
  end
  local errors = summary.errors
  io.write(string.format('\nRESULT {"requests": %d, "seconds": %.6f, "wrong": %d, "errors": %d, "p50_ms": %.3f, "p99_ms": %.3f}\n',
    summary.requests, summary.duration / 1e6, bad, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
  if sample then io.stderr:write("first wrong answer: " .. string.sub(sample, 1, 500) .. "\n") end
end
