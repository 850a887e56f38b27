-- _rate: tasks per second of App Engine's rate text: a number, a slash and s, m, h or d (5/s, 10/m, 0.2/h, 2000/d), or
-- 0 alone. At most 500/s.
--
-- Raises TQ008.
create or replace function taskqueue._rate(rate text) returns double precision
language plpgsql immutable as $$
declare
  parts text[] := regexp_match(rate, '^([0-9]{1,20}(?:[.][0-9]{0,30})?)/([smhd])$');
  per_second numeric;
begin
  if rate = '0' then
    return 0;
  end if;
  per_second := rtrim(parts[1], '.')::numeric / case parts[2] when 's' then 1 when 'm' then 60 when 'h' then 3600
    else 86400 end;
  if per_second is null or per_second > 500 then
    perform taskqueue._raise('TQ008',
      format('rate must be a number with /s, /m, /h or /d and at most 500/s, got %s',
      coalesce(quote_literal(left(rate, 120)), 'null')),
      'For example: 5/s, 10/m or 0.2/h; 0 dispatches nothing.',
      jsonb_build_object('rate', left(rate, 120)));
  end if;
  return per_second;
end
$$;
