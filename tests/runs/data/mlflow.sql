CREATE TABLE "experiments" (
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	artifact_location VARCHAR(256), 
	lifecycle_stage VARCHAR(32), 
	creation_time BIGINT, 
	last_update_time BIGINT, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), 
	CONSTRAINT experiments_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT uq_experiments_workspace_name UNIQUE (workspace, name)
);
INSERT INTO "experiments" VALUES(0,'Default','mlruns/0','active',1796042887803,1796042887803,'default');
INSERT INTO "experiments" VALUES(1,'digits','mlruns/1','active',1796042887807,1796042887807,'default');
CREATE TABLE "metrics" (
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT NOT NULL, 
	timestamp BIGINT NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	step BIGINT DEFAULT '0' NOT NULL, 
	is_nan BOOLEAN DEFAULT '0' NOT NULL, 
	CONSTRAINT metric_pk PRIMARY KEY ("key", timestamp, step, run_uuid, value, is_nan), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), 
	CHECK (is_nan IN (0, 1))
);
INSERT INTO "metrics" VALUES('loss',1.0,1796042887904,'c5ef381e868a487ebd10f5bbf9021f16',0,0);
INSERT INTO "metrics" VALUES('val/acc',0.0,1796042887909,'c5ef381e868a487ebd10f5bbf9021f16',0,0);
INSERT INTO "metrics" VALUES('loss',0.5,1796042887912,'c5ef381e868a487ebd10f5bbf9021f16',1,0);
INSERT INTO "metrics" VALUES('val/acc',0.1,1796042887917,'c5ef381e868a487ebd10f5bbf9021f16',1,0);
INSERT INTO "metrics" VALUES('loss',3.33333333333333314829e-01,1796042887921,'c5ef381e868a487ebd10f5bbf9021f16',2,0);
INSERT INTO "metrics" VALUES('val/acc',0.2,1796042887924,'c5ef381e868a487ebd10f5bbf9021f16',2,0);
INSERT INTO "metrics" VALUES('loss',0.25,1796042887927,'c5ef381e868a487ebd10f5bbf9021f16',3,0);
INSERT INTO "metrics" VALUES('val/acc',1.79769313486231562234e+308,1796042887930,'c5ef381e868a487ebd10f5bbf9021f16',3,0);
INSERT INTO "metrics" VALUES('loss',1.0,1796042887948,'72fbf4f37073434384c841b53f79a3e3',0,0);
INSERT INTO "metrics" VALUES('val/acc',0.0,1796042887951,'72fbf4f37073434384c841b53f79a3e3',0,0);
INSERT INTO "metrics" VALUES('loss',0.5,1796042887954,'72fbf4f37073434384c841b53f79a3e3',1,0);
INSERT INTO "metrics" VALUES('val/acc',0.1,1796042887957,'72fbf4f37073434384c841b53f79a3e3',1,0);
INSERT INTO "metrics" VALUES('loss',3.33333333333333314829e-01,1796042887960,'72fbf4f37073434384c841b53f79a3e3',2,0);
INSERT INTO "metrics" VALUES('val/acc',0.2,1796042887964,'72fbf4f37073434384c841b53f79a3e3',2,0);
INSERT INTO "metrics" VALUES('loss',0.0,1796042887967,'72fbf4f37073434384c841b53f79a3e3',3,1);
INSERT INTO "metrics" VALUES('val/acc',1.79769313486231562234e+308,1796042887971,'72fbf4f37073434384c841b53f79a3e3',3,0);
CREATE TABLE "params" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000) NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT param_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
INSERT INTO "params" VALUES('rate','0.1','c5ef381e868a487ebd10f5bbf9021f16');
INSERT INTO "params" VALUES('rate','0.1','72fbf4f37073434384c841b53f79a3e3');
CREATE TABLE "runs" (
	run_uuid VARCHAR(32) NOT NULL, 
	name VARCHAR(250), 
	source_type VARCHAR(20), 
	source_name VARCHAR(500), 
	entry_point_name VARCHAR(50), 
	user_id VARCHAR(256), 
	status VARCHAR(9), 
	start_time BIGINT, 
	end_time BIGINT, 
	source_version VARCHAR(50), 
	lifecycle_stage VARCHAR(20), 
	artifact_uri VARCHAR(200), 
	experiment_id INTEGER, deleted_time BIGINT, 
	CONSTRAINT run_pk PRIMARY KEY (run_uuid), 
	CONSTRAINT runs_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT source_type CHECK (source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT')), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CHECK (status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED'))
);
INSERT INTO "runs" VALUES('c5ef381e868a487ebd10f5bbf9021f16','first','UNKNOWN','','','author','FINISHED',1796042887889,1796042887934,'','active','mlruns/1/c5ef381e868a487ebd10f5bbf9021f16/artifacts',1,NULL);
INSERT INTO "runs" VALUES('72fbf4f37073434384c841b53f79a3e3','second','UNKNOWN','','','author','FINISHED',1796042887939,1796042887974,'','active','mlruns/1/72fbf4f37073434384c841b53f79a3e3/artifacts',1,NULL);
