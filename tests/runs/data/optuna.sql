CREATE TABLE studies (
	study_id INTEGER NOT NULL, 
	study_name VARCHAR(512) NOT NULL, 
	PRIMARY KEY (study_id)
);
INSERT INTO "studies" VALUES(1,'digits');
CREATE TABLE trial_intermediate_values (
	trial_intermediate_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	intermediate_value FLOAT, 
	intermediate_value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_intermediate_value_id), 
	UNIQUE (trial_id, step), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_intermediate_values" VALUES(1,1,0,4.79248065148682872438e-02,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(2,1,1,2.39624032574341436219e-02,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(3,1,2,1.59749355049560969044e-02,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(4,1,3,0.5,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(5,2,0,1.31291898168897480658e+00,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(6,2,1,6.56459490844487403293e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(7,2,2,4.37639660562991583692e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(8,2,3,NULL,'NAN');
INSERT INTO "trial_intermediate_values" VALUES(9,3,0,5.69767217583632912258e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(10,3,1,2.84883608791816456129e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(11,3,2,1.89922405861210980004e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(12,3,3,NULL,'INF_POS');
CREATE TABLE trial_params (
	param_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	param_name VARCHAR(512), 
	param_value FLOAT, 
	distribution_json TEXT, 
	PRIMARY KEY (param_id), 
	UNIQUE (trial_id, param_name), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_params" VALUES(1,1,'rate',3.686523578066791193e-03,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(2,1,'units',13.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 8, "high": 64}}');
INSERT INTO "trial_params" VALUES(3,1,'activation',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["relu", "tanh"]}}');
INSERT INTO "trial_params" VALUES(4,2,'rate',4.8626628951443512383e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(5,2,'units',27.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 8, "high": 64}}');
INSERT INTO "trial_params" VALUES(6,2,'activation',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["relu", "tanh"]}}');
INSERT INTO "trial_params" VALUES(7,3,'rate',1.21227067570985735239e-02,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 0.1, "log": true}}');
INSERT INTO "trial_params" VALUES(8,3,'units',47.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 8, "high": 64}}');
INSERT INTO "trial_params" VALUES(9,3,'activation',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["relu", "tanh"]}}');
CREATE TABLE trial_values (
	trial_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	value FLOAT, 
	value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_value_id), 
	UNIQUE (trial_id, objective), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_values" VALUES(1,1,0,4.79248065148682872438e-02,'FINITE');
INSERT INTO "trial_values" VALUES(2,2,0,1.31291898168897480658e+00,'FINITE');
INSERT INTO "trial_values" VALUES(3,3,0,5.69767217583632912258e-01,'FINITE');
CREATE TABLE trials (
	trial_id INTEGER NOT NULL, 
	number INTEGER, 
	study_id INTEGER, 
	state VARCHAR(8) NOT NULL, 
	datetime_start DATETIME, 
	datetime_complete DATETIME, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "trials" VALUES(1,0,1,'COMPLETE','2026-11-30 12:48:05.838476','2026-11-30 12:48:05.889105');
INSERT INTO "trials" VALUES(2,1,1,'COMPLETE','2026-11-30 12:48:05.894021','2026-11-30 12:48:05.912024');
INSERT INTO "trials" VALUES(3,2,1,'COMPLETE','2026-11-30 12:48:05.917195','2026-11-30 12:48:05.934752');
