"""SQL that no constraint can say: history and events are appended, never changed; attendance stays in its batch."""

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
