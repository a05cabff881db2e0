"""A server, a member and their votes."""

from bot.storage.store import Vote

GUILD, OTHER, MEMBER = 1300000000000000001, 1300000000000000002, 1300000000000000777
DOWN = Vote("ABCDEFGH", -1, "not_covered", "g1", GUILD, "午餐吃什麼？", "沒有用")
UP = Vote("IJKLMNOP", 1, "answered", "g1", GUILD)
