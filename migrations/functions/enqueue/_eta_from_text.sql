-- _eta_from_text: an RFC 3339 time with an offset (2026-11-21T10:00:00Z). No words such as tomorrow, no time without an
-- offset.
--
-- Raises TQ012.
create or replace function taskqueue._eta_from_text(eta text) returns timestamptz
language plpgsql immutable as $$
begin
  if eta is null then
    return null;
  end if;
  if eta ~ ('^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?'
            '([Zz]|[+-][0-9]{2}:?[0-9]{2})$') then
    begin
      -- a session can redefine Z (timezone_abbreviations)
      return regexp_replace(eta, '[Zz]$', '+00:00')::timestamptz;
    exception
      when datetime_field_overflow or invalid_datetime_format then null; -- 30 February
    end;
  end if;
  perform taskqueue._raise('TQ012',
    format('eta must be an RFC 3339 time with an offset, got %s', quote_literal(left(eta, 120))),
    'For example: 2026-11-21T10:00:00Z.', jsonb_build_object('eta', left(eta, 120)));
  return null;
end
$$;
