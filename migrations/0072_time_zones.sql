-- 0072_time_zones: a private function that nothing calls from now on: the zones of a cron file are looked up together (_cron_entries).
drop function if exists taskqueue._is_time_zone(text);
