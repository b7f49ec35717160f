-- A log's database as the first version of the program made it (schema 0001).
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE alert (
	id INTEGER NOT NULL, 
	fingerprint TEXT NOT NULL, 
	source TEXT NOT NULL, 
	firing BOOLEAN NOT NULL, 
	starts_at FLOAT NOT NULL, 
	received_at FLOAT NOT NULL, 
	severity TEXT NOT NULL, 
	service TEXT NOT NULL, 
	name TEXT NOT NULL, 
	body TEXT NOT NULL, 
	incident TEXT NOT NULL, 
	listed BOOLEAN NOT NULL, 
	count INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT alert_fingerprint_source UNIQUE (fingerprint, source)
);
CREATE TABLE blob (
	sha256 TEXT NOT NULL, 
	body BLOB NOT NULL, 
	PRIMARY KEY (sha256)
);
CREATE TABLE entry (
	position INTEGER NOT NULL, 
	incident TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	at FLOAT NOT NULL, 
	"by" TEXT NOT NULL, 
	cause TEXT NOT NULL, 
	fact TEXT NOT NULL, 
	hash BLOB NOT NULL, 
	PRIMARY KEY (position), 
	CONSTRAINT entry_incident_seq UNIQUE (incident, seq)
);
CREATE TABLE incident (
	id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	group_key TEXT NOT NULL, 
	title TEXT NOT NULL, 
	severity TEXT NOT NULL, 
	status TEXT NOT NULL, 
	service TEXT NOT NULL, 
	runbook_sha256 TEXT NOT NULL, 
	declared_at FLOAT NOT NULL, 
	updated_at FLOAT NOT NULL, 
	head_seq INTEGER NOT NULL, 
	head_hash BLOB NOT NULL, 
	alerts_total INTEGER NOT NULL, 
	alerts_listed INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (number)
);
CREATE TABLE mark (
	name TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE runbook (
	sha256 TEXT NOT NULL, 
	source BLOB NOT NULL, 
	name TEXT NOT NULL, 
	added_at FLOAT NOT NULL, 
	PRIMARY KEY (sha256)
);
CREATE TABLE setting (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE token (
	hash BLOB NOT NULL, 
	name TEXT NOT NULL, 
	scopes TEXT NOT NULL, 
	created_at FLOAT NOT NULL, 
	last_used_at FLOAT NOT NULL, 
	PRIMARY KEY (hash)
);
CREATE UNIQUE INDEX entry_cause ON entry (incident, cause) WHERE cause <> '';
CREATE INDEX entry_declared ON entry (cause) WHERE seq = 1 AND cause <> '';
CREATE INDEX alert_incident ON alert (incident) WHERE incident <> '';
CREATE INDEX alert_waiting ON alert (id) WHERE firing = 1 AND incident = '';
COMMIT;
