import { describe, expect, it } from 'vitest';
import { HostError } from './errors.ts';
import { checkHosts } from './hosts.ts';

const allowed = ['localhost', '127.0.0.1', '[::1]'];

describe('checkHosts', () => {
  it.each([
    { host: 'localhost:8081' },
    { host: '127.0.0.1' },
    { host: '[::1]:80' },
    { host: 'LOCALHOST' },
    { host: 'localhost', origin: 'http://localhost:3000' },
  ])('accepts %j', (headers) => {
    expect(() => checkHosts(headers, allowed)).not.toThrow();
  });

  it.each([
    {},
    { host: '' },
    { host: 'evil.example' },
    { host: 'localhost.evil.example' },
    { host: 'evil.example@localhost@evil.example' },
    { host: 'localhost', origin: 'http://evil.example' },
    { host: 'localhost', origin: 'null' },
    { host: 'localhost', origin: '' },
    { host: 'localhost', origin: 'localhost' },
  ])('refuses %j', (headers) => {
    expect(() => checkHosts(headers, allowed)).toThrow(HostError);
  });
});
