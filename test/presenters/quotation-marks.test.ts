import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const FOLDER = new URL('../../functions/presenters/', import.meta.url);

test.each(readdirSync(FOLDER))('%s quotes with the marks that every terminal and search finds', (name) => {
  expect(readFileSync(new URL(name, FOLDER), 'utf8').match(/[“”„‘’]/g)).toBeNull();
});
