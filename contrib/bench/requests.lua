-- wrk's script: requests of one kind, by all accounts in turn.
--   wrk … -s requests.lua URL -- send|page ROOM TOKENS [DIALECT]
-- Prints "name value" lines, as contrib/bench/sockets does.

local kind, room, dialect, tokens = nil, nil, nil, {}
local turn = 0
local threads = 0

local function uuid(id)
	return string.format("00000000-0000-4000-8000-%012x", id)
end

-- Where a dialect's messages go to and come from.  What has no "send" sends by
-- its socket; messaging gives the whole history.
local paths = {
	v1 = {
		send = function() return "/v1/rooms/" .. room .. "/messages" end,
		body = function(text) return '{"text":"' .. text .. '"}' end,
		page = function()
			return "/v1/rooms/" .. room .. "/messages?limit=50"
		end
	},
	messaging = {
		send = function() return "/send-message-group" end,
		body = function(text)
			return '{"room_id":"' .. uuid(room) .. '","message":"' ..
			    text .. '"}'
		end,
		page = function()
			return "/get_chats_group?group_id=" .. uuid(room)
		end
	},
	realtime = {
		send = function() return "/messages/" end,
		body = function(text)
			return '{"chat_id":"' .. uuid(room) .. '","content":"' ..
			    text .. '"}'
		end,
		page = function()
			return "/messages/chat/" .. uuid(room) .. "?limit=50"
		end
	},
	rooms = {
		page = function()
			return "/api/messages/" .. room .. "/recent?limit=50"
		end
	}
}

function setup(thread)
	thread:set("number", threads)
	threads = threads + 1
end

function init(args)
	kind, room = args[1], args[2]
	for line in io.lines(args[3]) do
		tokens[#tokens + 1] = line:match("^%S+")
	end
	dialect = paths[args[4] or "v1"]
	turn = number * 7
end

function request()
	local headers = {}
	turn = turn + 1
	headers["Authorization"] = "Bearer " .. tokens[turn % #tokens + 1]
	if kind == "page" then
		return wrk.format("GET", dialect.page(), headers)
	end
	headers["Content-Type"] = "application/json"
	return wrk.format("POST", dialect.send(), headers, dialect.body(
	    'a message of a usual length, as people write them to each ' ..
	    'other, number ' .. turn))
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
