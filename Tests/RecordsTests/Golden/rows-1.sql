INSERT INTO cursor VALUES (1, 4096, 1767225700000);
INSERT INTO sources VALUES ('caoyang', 'main', '', 1767225600000, 1767225660000);
INSERT INTO sources VALUES ('caoyang', 'main', 'ph', 1767225600000, NULL);
INSERT INTO occurrences VALUES ('w1', 'water', 'acknowledged', 'free_chlorine_low', 'cn-gb37488-2019',
  'GB 37488-2019 table 2', 'caoyang', 'main', 'free_chlorine', 0.22, 0.3, 1767225610000, 1767225670000, NULL, 'li', 1);
INSERT INTO occurrences VALUES ('s1', 'system', 'returned', 'broker_link', NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  1767225600000, 1767225601000, 1767225602000, NULL, 1);
INSERT INTO transitions VALUES (1, 's1/raised', 's1', 'raised', 'active', 1767225600000, 1767225601500, NULL, NULL, 1);
INSERT INTO transitions VALUES (2, 's1/returned', 's1', 'returned', 'returned', 1767225602000, 1767225602500, NULL,
  NULL, 1);
INSERT INTO transitions VALUES (3, 'w1/raised', 'w1', 'raised', 'active', 1767225610000, 1767225670500, NULL, NULL, 1);
INSERT INTO transitions VALUES (4, 'w1/acknowledged', 'w1', 'acknowledged', 'acknowledged', 1767225690000,
  1767225690500, 'li', 'on my way', 0);
INSERT INTO notices VALUES (1, 'w1/raised/li', 'w1', 'li', 'mail', 'li@example.org', 'Chlorine low', 'Too low.',
  'pending', 2, 1767225670500, 1767225680000, 1767225800000, '421 try later', NULL);
INSERT INTO quarantine VALUES (7, 1767225650000, 'bad_json', 'message at byte 0', 'pools/v1/x', X'7b', 1);
INSERT INTO counters VALUES ('quarantine_dropped', 6);
