-- The questions for the load generator `wrk`, made of the visitors in a file of lines, each asked about in turn. Behind `--`: the
-- file, and what to ask, as `decide=6 touchpoints=1` for six of the one to one of the other. At the end one line: the answers,
-- those that were errors, seconds, and microseconds until half and 99 of 100 were there.

local function id(n) return '"id":"c' .. n .. '"' end

local asked = {
    -- One answer for all.
    constant = function(_, line) return "POST", "/constant", line end,
    -- What is known of the visitor comes with the question.
    decide = function(_, line) return "POST", "/v1/decide", line end,
    -- It is kept.
    kept = function(n, _, visit) return "POST", "/v1/decide", "{" .. id(n) .. ',"visit":' .. visit .. "}" end,
    flag = function(n, _, visit)
        local context = '{"targetingKey":"c' .. n .. '","visit":' .. visit .. "}"
        return "POST", "/ofrep/v1/evaluate/flags/experience", '{"context":' .. context .. "}"
    end,
    explain = function(_, line) return "POST", "/v1/explain?counterfactual=true", line end,
    touchpoints = function(n, _, visit)
        local happened = "{" .. visit:match('"at":"[^"]*"') .. "," .. visit:match('"channel":"[^"]*"') .. ',"outcome":"visited"}'
        return "POST", "/v1/touchpoints", "{" .. id(n) .. ',"touchpoints":[' .. happened .. "]}"
    end,
    profile = function(n) return "GET", "/v1/profiles/c" .. n, nil end,
}

local threads, requests, turn = {}, {}, 0

-- wrk calls this for each of its threads; they begin at different visitors.
function setup(thread)
    thread:set("first", #threads)
    table.insert(threads, thread)
end

function init(arguments)
    local shares = {}
    for n = 2, #arguments do
        local what, share = arguments[n]:match("^(%a+)=(%d+)$")
        for _ = 1, tonumber(share or 1) do table.insert(shares, asked[what or arguments[n]]) end
    end
    local headers, n = { ["content-type"] = "application/json" }, 0
    for line in io.lines(arguments[1]) do
        local visit = line:match(',"visit":(.*)}$')
        -- A prime apart, so that the shares are mixed and every visitor meets each of them.
        local method, path, body = shares[(n * 7919) % #shares + 1](n, line, visit)
        n = n + 1
        table.insert(requests, wrk.format(method, path, headers, body))
    end
    turn = first * 1009
end

function request()
    turn = turn + 1
    return requests[turn % #requests + 1]
end

function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format("answers %d failed %d seconds %.3f median %d p99 %d\n", summary.requests, failed,
        summary.duration / 1e6, latency:percentile(50), latency:percentile(99)))
end
