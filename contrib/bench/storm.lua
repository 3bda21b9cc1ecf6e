-- wrk's script: logins, one in two of them with a wrong password.
--   wrk … -s storm.lua URL
-- Prints "name value" lines.

local turn = 0

function request()
	turn = turn + 1
	local name = "bench" .. (turn % 16 + 1)
	local password = turn % 2 == 0 and "correct horse " .. (turn % 16 + 1) or
	    "wrong"
	return wrk.format("POST", "/v1/sessions",
	    { ["Content-Type"] = "application/json" },
	    '{"username":"' .. name .. '","password":"' .. password .. '"}')
end

function done(summary, latency, requests)
	io.write(string.format("logins_per_s %d\n",
	    summary.requests / summary.duration * 1e6))
end
