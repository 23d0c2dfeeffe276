-- Finds parts of names, models and notes without looking at every session. An index of all three-letter pieces: which
-- sessions have all pieces of what is looked for is told here, the text itself decides. Positions are left out (detail
-- none), which halves the index.
CREATE VIRTUAL TABLE session_search USING fts5(
    search_text, content = 'session', content_rowid = 'no', tokenize = 'trigram case_sensitive 1', detail = 'none');

INSERT INTO session_search (session_search) VALUES ('rebuild');

CREATE TRIGGER session_search_insert AFTER INSERT ON session BEGIN
    INSERT INTO session_search (rowid, search_text) VALUES (new.no, new.search_text);
END;

CREATE TRIGGER session_search_update AFTER UPDATE OF search_text ON session BEGIN
    INSERT INTO session_search (session_search, rowid, search_text) VALUES ('delete', old.no, old.search_text);
    INSERT INTO session_search (rowid, search_text) VALUES (new.no, new.search_text);
END;

CREATE TRIGGER session_search_delete AFTER DELETE ON session BEGIN
    INSERT INTO session_search (session_search, rowid, search_text) VALUES ('delete', old.no, old.search_text);
END;
