"""SQL that no constraint can say: history, corrections, events and merges are appended, never changed; attendance stays
in its batch; events are numbered in the order in which they are written; whoever changed is compared anew."""

APPEND_ONLY = """
CREATE FUNCTION pelatihan_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is appended only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER history_is_appended BEFORE UPDATE OR DELETE ON pelatihan_statuschange
    FOR EACH ROW EXECUTE FUNCTION pelatihan_append_only();
CREATE TRIGGER events_are_appended BEFORE UPDATE OR DELETE ON pelatihan_attendanceevent
    FOR EACH ROW EXECUTE FUNCTION pelatihan_append_only();
"""

DROP_APPEND_ONLY = """
DROP TRIGGER history_is_appended ON pelatihan_statuschange;
DROP TRIGGER events_are_appended ON pelatihan_attendanceevent;
DROP FUNCTION pelatihan_append_only();
"""

APPEND_ONLY_TOLD = """
CREATE TRIGGER told_is_appended BEFORE UPDATE OR DELETE ON pelatihan_told
    FOR EACH ROW EXECUTE FUNCTION pelatihan_append_only();
"""

DROP_APPEND_ONLY_TOLD = "DROP TRIGGER told_is_appended ON pelatihan_told"

APPEND_ONLY_PLANS = """
CREATE TRIGGER plan_changes_are_appended BEFORE UPDATE OR DELETE ON pelatihan_planchange
    FOR EACH ROW EXECUTE FUNCTION pelatihan_append_only();
"""

DROP_APPEND_ONLY_PLANS = "DROP TRIGGER plan_changes_are_appended ON pelatihan_planchange"

# What was given out under a number stays as it was; the years of papers over, whole rows go.
CERTIFICATES_STAY = "".join(
    f"CREATE TRIGGER certificates_stay BEFORE UPDATE ON pelatihan_{table}\n"
    "    FOR EACH ROW EXECUTE FUNCTION pelatihan_append_only();\n"
    for table in ("certificate", "certificateissue", "certificateversion", "certificateexception")
)

DROP_CERTIFICATES_STAY = "".join(
    f"DROP TRIGGER certificates_stay ON pelatihan_{table};\n"
    for table in ("certificate", "certificateissue", "certificateversion", "certificateexception")
)

SAME_BATCH = """
CREATE FUNCTION pelatihan_same_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT angkatan_id FROM pelatihan_session WHERE id = NEW.session_id)
        <> (SELECT angkatan_id FROM pelatihan_registration WHERE id = NEW.registration_id) THEN
        RAISE EXCEPTION 'attendance of another batch' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER attendance_stays_in_its_batch BEFORE INSERT OR UPDATE ON pelatihan_attendance
    FOR EACH ROW EXECUTE FUNCTION pelatihan_same_batch();
"""

DROP_SAME_BATCH = """
DROP TRIGGER attendance_stays_in_its_batch ON pelatihan_attendance;
DROP FUNCTION pelatihan_same_batch();
"""

GUEST_IN_ITS_BATCH = """
CREATE FUNCTION pelatihan_guest_in_its_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.angkatan_id <> (SELECT angkatan_id FROM pelatihan_session WHERE id = NEW.session_id) THEN
        RAISE EXCEPTION 'speaks in another batch' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guests_speak_in_their_batch BEFORE INSERT OR UPDATE OF session_id, angkatan_id ON pelatihan_guest
    FOR EACH ROW WHEN (NEW.session_id IS NOT NULL) EXECUTE FUNCTION pelatihan_guest_in_its_batch();
"""

DROP_GUEST_IN_ITS_BATCH = """
DROP TRIGGER guests_speak_in_their_batch ON pelatihan_guest;
DROP FUNCTION pelatihan_guest_in_its_batch();
"""

# A decision is about something that happened to the same person in the same session: a check-in, or one refused.
DECIDES_ON_ITS_OWN = """
CREATE FUNCTION pelatihan_decides_on_its_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pelatihan_attendanceevent
                   WHERE id = NEW.about_id AND session_id = NEW.session_id AND kind IN ('check_in', 'refusal')
                     AND registration_id IS NOT DISTINCT FROM NEW.registration_id) THEN
        RAISE EXCEPTION 'decides about nothing of its person' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decisions_are_about_their_own BEFORE INSERT ON pelatihan_attendanceevent
    FOR EACH ROW WHEN (NEW.about_id IS NOT NULL) EXECUTE FUNCTION pelatihan_decides_on_its_own();
"""

DROP_DECIDES_ON_ITS_OWN = """
DROP TRIGGER decisions_are_about_their_own ON pelatihan_attendanceevent;
DROP FUNCTION pelatihan_decides_on_its_own();
"""

# Whatever number a writer brings along, the database gives the next one. Events from before numbers existed take theirs
# in the order of arrival; of two undos of one event the first stays one, and the second says that it came too late.
NUMBER_EVENTS = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE pelatihan_attendanceevent DISABLE TRIGGER events_are_appended;
ALTER TABLE pelatihan_attendanceevent ADD COLUMN number bigint;
CREATE SEQUENCE pelatihan_attendanceevent_number_seq OWNED BY pelatihan_attendanceevent.number;
UPDATE pelatihan_attendanceevent SET number = turn.number
    FROM (SELECT id, row_number() OVER (ORDER BY arrived_at, id) AS number FROM pelatihan_attendanceevent) AS turn
    WHERE turn.id = pelatihan_attendanceevent.id;
UPDATE pelatihan_attendanceevent AS late SET kind = 'refusal', outcome = 'already_undone', undoes_id = NULL
    FROM pelatihan_attendanceevent AS early WHERE early.undoes_id = late.undoes_id AND early.number < late.number;
SELECT setval('pelatihan_attendanceevent_number_seq', max(number)) FROM pelatihan_attendanceevent;
ALTER TABLE pelatihan_attendanceevent ALTER COLUMN number SET NOT NULL,
    ADD CONSTRAINT pelatihan_attendanceevent_number_key UNIQUE (number);
ALTER TABLE pelatihan_attendanceevent ENABLE TRIGGER events_are_appended;
CREATE FUNCTION pelatihan_number_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.number := nextval((quote_ident(TG_TABLE_SCHEMA) || '.pelatihan_attendanceevent_number_seq')::regclass);
    RETURN NEW;
END $$;
CREATE TRIGGER events_are_numbered BEFORE INSERT ON pelatihan_attendanceevent
    FOR EACH ROW EXECUTE FUNCTION pelatihan_number_event();
"""

DROP_NUMBER_EVENTS = """
DROP TRIGGER events_are_numbered ON pelatihan_attendanceevent;
DROP FUNCTION pelatihan_number_event();
ALTER TABLE pelatihan_attendanceevent DROP COLUMN number;
"""

# Of a correction both values of a contact field may be blanked, when the privacy notice's time is over; nothing else.
CORRECTIONS_STAY = """
CREATE FUNCTION pelatihan_correction_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.field IN ('phone', 'email', 'gender') AND NEW.old = '' AND NEW.new = ''
        AND to_jsonb(NEW) - 'old' - 'new' = to_jsonb(OLD) - 'old' - 'new' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is appended only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER corrections_stay BEFORE UPDATE OR DELETE ON pelatihan_correction
    FOR EACH ROW EXECUTE FUNCTION pelatihan_correction_stays();
"""

DROP_CORRECTIONS_STAY = """
DROP TRIGGER corrections_stay ON pelatihan_correction;
DROP FUNCTION pelatihan_correction_stays();
"""

# Of a merge only that it was undone, once; of what it moved only the contact data, blanked when their time is over.
MERGES_STAY = """
CREATE FUNCTION pelatihan_merge_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.undone_at IS NULL
        AND to_jsonb(NEW) - 'undone_at' - 'undone_by_id' - 'not_undone'
            = to_jsonb(OLD) - 'undone_at' - 'undone_by_id' - 'not_undone' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is appended only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER merges_stay BEFORE UPDATE OR DELETE ON pelatihan_merge
    FOR EACH ROW EXECUTE FUNCTION pelatihan_merge_stays();
CREATE FUNCTION pelatihan_merged_row_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.old = '""' AND NEW.new = '""' AND OLD.field IN
        ('phone', 'email', 'gender', 'contact_name', 'contact_phone', 'contact_email')
        AND to_jsonb(NEW) - 'old' - 'new' = to_jsonb(OLD) - 'old' - 'new' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is appended only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER merged_rows_stay BEFORE UPDATE OR DELETE ON pelatihan_mergedrow
    FOR EACH ROW EXECUTE FUNCTION pelatihan_merged_row_stays();
"""

DROP_MERGES_STAY = """
DROP TRIGGER merged_rows_stay ON pelatihan_mergedrow;
DROP FUNCTION pelatihan_merged_row_stays();
DROP TRIGGER merges_stay ON pelatihan_merge;
DROP FUNCTION pelatihan_merge_stays();
"""

COUNTS_IN_ITS_BATCH = """
CREATE FUNCTION pelatihan_counts_in_its_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pelatihan_registration
                   WHERE id = NEW.counts_for_id AND angkatan_id = NEW.angkatan_id AND counts_for_id IS NULL) THEN
        RAISE EXCEPTION 'counts for nobody of its batch' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER counts_in_its_batch BEFORE INSERT OR UPDATE OF counts_for_id ON pelatihan_registration
    FOR EACH ROW WHEN (NEW.counts_for_id IS NOT NULL) EXECUTE FUNCTION pelatihan_counts_in_its_batch();
"""

DROP_COUNTS_IN_ITS_BATCH = """
DROP TRIGGER counts_in_its_batch ON pelatihan_registration;
DROP FUNCTION pelatihan_counts_in_its_batch();
"""

# New people, and those of whom something changed that is compared. All who are there already wait for it, too.
NOTE_UNCOMPARED = """
CREATE FUNCTION pelatihan_note_uncompared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO %I.pelatihan_uncompared (delegate_id) VALUES ($1) ON CONFLICT DO NOTHING',
                   TG_TABLE_SCHEMA) USING NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER new_people_are_compared AFTER INSERT ON ormas_delegate
    FOR EACH ROW EXECUTE FUNCTION pelatihan_note_uncompared();
CREATE TRIGGER changed_people_are_compared AFTER UPDATE OF name, phone, ormas_id, gender, merged_into_id
    ON ormas_delegate FOR EACH ROW
    WHEN ((OLD.name, OLD.phone, OLD.ormas_id, OLD.gender, OLD.merged_into_id)
        IS DISTINCT FROM (NEW.name, NEW.phone, NEW.ormas_id, NEW.gender, NEW.merged_into_id))
    EXECUTE FUNCTION pelatihan_note_uncompared();
INSERT INTO pelatihan_uncompared (delegate_id) SELECT id FROM ormas_delegate WHERE merged_into_id IS NULL;
"""

DROP_NOTE_UNCOMPARED = """
DROP TRIGGER changed_people_are_compared ON ormas_delegate;
DROP TRIGGER new_people_are_compared ON ormas_delegate;
DROP FUNCTION pelatihan_note_uncompared();
"""

NOTE_SAME_NIK = """
CREATE FUNCTION pelatihan_note_nik_uncompared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO %I.pelatihan_uncompared (delegate_id) VALUES ($1) ON CONFLICT DO NOTHING',
                   TG_TABLE_SCHEMA) USING NEW.delegate_id;
    RETURN NULL;
END $$;
CREATE TRIGGER new_niks_are_compared AFTER INSERT ON pelatihan_registration
    FOR EACH ROW WHEN (NEW.nik_hash <> '') EXECUTE FUNCTION pelatihan_note_nik_uncompared();
CREATE TRIGGER changed_niks_are_compared AFTER UPDATE OF nik_hash ON pelatihan_registration
    FOR EACH ROW WHEN (OLD.nik_hash <> NEW.nik_hash) EXECUTE FUNCTION pelatihan_note_nik_uncompared();
"""

DROP_NOTE_SAME_NIK = """
DROP TRIGGER changed_niks_are_compared ON pelatihan_registration;
DROP TRIGGER new_niks_are_compared ON pelatihan_registration;
DROP FUNCTION pelatihan_note_nik_uncompared();
"""

SHOWN = (
    "pelatihan_attendance", "pelatihan_attendanceevent", "pelatihan_registration", "pelatihan_session",
    "pelatihan_angkatan", "ormas_ormas", "ormas_delegate",
)  # fmt: skip
SHOWN_ABOVE = 5_100_000_000_000  # a sequence's number in the catalogue, and this: the key of its lock

# Whatever changes what boards show takes the next number. It is seen before its transaction ends, so a transaction that
# has taken one holds a lock until then, by which a reader knows that somebody is still writing (attendance/shown.py).
NUMBER_SHOWN = (
    """
CREATE SEQUENCE pelatihan_shown;
SELECT nextval('pelatihan_shown');
CREATE FUNCTION pelatihan_number_shown() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE shown regclass := (quote_ident(TG_TABLE_SCHEMA) || '.pelatihan_shown')::regclass;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(shown::oid::bigint + {above});
    PERFORM nextval(shown);
    RETURN NULL;
END $$;
""".replace("{above}", str(SHOWN_ABOVE))
    + "".join(
        f"CREATE TRIGGER what_is_shown_is_numbered AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}\n"
        "    FOR EACH STATEMENT EXECUTE FUNCTION pelatihan_number_shown();\n"
        for table in SHOWN
    )
)

DROP_NUMBER_SHOWN = (
    "".join(f"DROP TRIGGER what_is_shown_is_numbered ON {table};\n" for table in SHOWN)
    + "DROP FUNCTION pelatihan_number_shown();\nDROP SEQUENCE pelatihan_shown;\n"
)

# Nobody lies in a bed that the room does not have, nor in a room of another training; rooms keep the beds in which
# somebody lies. The room is held meanwhile, so that it does not lose a bed that somebody else is just giving away.
STAYS_FIT = """
CREATE FUNCTION pelatihan_stay_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE room record;
BEGIN
    SELECT beds, angkatan_id INTO room FROM pelatihan_bedroom WHERE id = NEW.bedroom_id FOR SHARE;
    IF NEW.bed > room.beds THEN
        RAISE EXCEPTION 'more people than beds' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF room.angkatan_id IS DISTINCT FROM coalesce(
        (SELECT angkatan_id FROM pelatihan_registration WHERE id = NEW.registration_id),
        (SELECT angkatan_id FROM pelatihan_guest WHERE id = NEW.guest_id)) THEN
        RAISE EXCEPTION 'a bed of another batch' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stays_fit BEFORE INSERT OR UPDATE ON pelatihan_stay
    FOR EACH ROW EXECUTE FUNCTION pelatihan_stay_fits();
CREATE FUNCTION pelatihan_bedroom_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pelatihan_stay WHERE bedroom_id = NEW.id
               AND (bed > NEW.beds OR NEW.angkatan_id <> OLD.angkatan_id)) THEN
        RAISE EXCEPTION 'somebody lies in that bed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bedrooms_hold BEFORE UPDATE OF beds, angkatan_id ON pelatihan_bedroom
    FOR EACH ROW EXECUTE FUNCTION pelatihan_bedroom_holds();
"""

DROP_STAYS_FIT = """
DROP TRIGGER bedrooms_hold ON pelatihan_bedroom;
DROP FUNCTION pelatihan_bedroom_holds();
DROP TRIGGER stays_fit ON pelatihan_stay;
DROP FUNCTION pelatihan_stay_fits();
"""

# Of a printing nothing changes: neither what was asked, nor what stood there, nor the file. All of it goes at once when
# its time is over: whoever deletes says so first (privacy/purge.py).
PRINTINGS_STAY = """
CREATE FUNCTION pelatihan_printing_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('pelatihan.purging', true) = 'printings' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is appended only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER printings_stay BEFORE UPDATE OR DELETE ON pelatihan_printing
    FOR EACH ROW EXECUTE FUNCTION pelatihan_printing_stays();
CREATE TRIGGER printed_files_stay BEFORE UPDATE OR DELETE ON pelatihan_printedfile
    FOR EACH ROW EXECUTE FUNCTION pelatihan_printing_stays();
CREATE TRIGGER printed_sheets_stay BEFORE UPDATE OR DELETE ON pelatihan_printedsheet
    FOR EACH ROW EXECUTE FUNCTION pelatihan_printing_stays();
ALTER TABLE pelatihan_printedfile ALTER COLUMN content SET STORAGE EXTERNAL;
"""

DROP_PRINTINGS_STAY = """
DROP TRIGGER printed_sheets_stay ON pelatihan_printedsheet;
DROP TRIGGER printed_files_stay ON pelatihan_printedfile;
DROP TRIGGER printings_stay ON pelatihan_printing;
DROP FUNCTION pelatihan_printing_stays();
"""

PAID_IN_ITS_BATCH = """
CREATE FUNCTION pelatihan_paid_in_its_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT angkatan_id FROM pelatihan_session WHERE id = NEW.session_id)
        <> (SELECT angkatan_id FROM pelatihan_guest WHERE id = NEW.guest_id) THEN
        RAISE EXCEPTION 'paid for a session of another batch' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fee_stays_in_its_batch BEFORE INSERT OR UPDATE ON pelatihan_honorarium
    FOR EACH ROW WHEN (NEW.session_id IS NOT NULL) EXECUTE FUNCTION pelatihan_paid_in_its_batch();
"""

DROP_PAID_IN_ITS_BATCH = """
DROP TRIGGER fee_stays_in_its_batch ON pelatihan_honorarium;
DROP FUNCTION pelatihan_paid_in_its_batch();
"""

# A number that was given to a letter is the letter's for ever; only that its invitation is gone may be told.
LETTER_NUMBERS_STAY = """
CREATE FUNCTION pelatihan_letter_number_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.invitation_id IS NULL
        AND to_jsonb(NEW) - 'invitation_id' = to_jsonb(OLD) - 'invitation_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is appended only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER letter_numbers_stay BEFORE UPDATE OR DELETE ON pelatihan_letternumber
    FOR EACH ROW EXECUTE FUNCTION pelatihan_letter_number_stays();
"""

DROP_LETTER_NUMBERS_STAY = """
DROP TRIGGER letter_numbers_stay ON pelatihan_letternumber;
DROP FUNCTION pelatihan_letter_number_stays();
"""

# What a signed page said stays as it was entered; only that it was undone is added, once. It goes with its printing.
SHEET_ENTRIES_STAY = """
CREATE FUNCTION pelatihan_sheet_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('pelatihan.purging', true) = 'printings' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.undone_at IS NULL
        AND to_jsonb(OLD) - 'undone_at' - 'undone_by_id' = to_jsonb(NEW) - 'undone_at' - 'undone_by_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is appended only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER sheet_entries_stay BEFORE UPDATE OR DELETE ON pelatihan_sheetentry
    FOR EACH ROW EXECUTE FUNCTION pelatihan_sheet_entry_stays();
"""

DROP_SHEET_ENTRIES_STAY = """
DROP TRIGGER sheet_entries_stay ON pelatihan_sheetentry;
DROP FUNCTION pelatihan_sheet_entry_stays();
"""
