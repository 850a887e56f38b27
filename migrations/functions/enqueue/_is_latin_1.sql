-- _is_latin_1: whether a text consists of Latin-1 characters, whatever the encoding of the database.
create or replace function taskqueue._is_latin_1(value text) returns boolean
language plpgsql immutable as $$
begin
  if octet_length(value) > length(value) or value ~ '[^ -~]' then
    perform convert(convert_to(value, 'UTF8'), 'UTF8', 'LATIN1');
  end if;
  return true;
exception when untranslatable_character or character_not_in_repertoire then
  return false;
end
$$;
