-- 0029_time_zones: a private function that is no longer called: the time zones of a cron file are looked up together
-- (_cron_entries).
drop function if exists taskqueue._is_time_zone(text);
