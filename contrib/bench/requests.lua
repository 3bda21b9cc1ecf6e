-- wrk's script: requests of one kind, by all accounts in turn.
--   wrk … -s requests.lua URL -- send|page ROOM TOKENS
-- Prints "name value" lines, as contrib/bench/sockets does.

local kind, room, tokens = nil, nil, {}
local turn = 0
local threads = 0

function setup(thread)
	thread:set("number", threads)
	threads = threads + 1
end

function init(args)
	kind, room = args[1], args[2]
	for line in io.lines(args[3]) do
		tokens[#tokens + 1] = line
	end
	turn = number * 7
end

function request()
	local headers = {}
	turn = turn + 1
	headers["Authorization"] = "Bearer " .. tokens[turn % #tokens + 1]
	if kind == "page" then
		return wrk.format("GET", "/v1/rooms/" .. room ..
		    "/messages?limit=50", headers)
	end
	headers["Content-Type"] = "application/json"
	return wrk.format("POST", "/v1/rooms/" .. room .. "/messages", headers,
	    '{"text":"a message of a usual length, as people write them ' ..
	    'to each other, number ' .. turn .. '"}')
end

function done(summary, latency)
	local errors = summary.errors
	io.write(string.format("requests %d\nrequests_per_s %.0f\n",
	    summary.requests, summary.requests * 1e6 / summary.duration))
	io.write(string.format("p50_ms %.3f\np99_ms %.3f\n",
	    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
	io.write(string.format("faults %d\n", errors.connect + errors.read +
	    errors.write + errors.status + errors.timeout))
end
