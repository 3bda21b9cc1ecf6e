# In order; lib/store/local.mk makes them part of the program.
SCHEMA_FILES = \
	schema/001_start.sql \
	schema/002_dialects.sql \
	schema/003_files.sql \
	schema/004_reactions.sql \
	schema/005_throttle.sql \
	schema/006_session_expiry.sql \
	schema/007_room_files.sql \
	schema/008_name_case.sql

EXTRA_DIST += schema/README.md $(SCHEMA_FILES)
