import type { Attempts } from '../src/lesson.ts';

const FETCH = "const response = await fetch(url, { method: 'POST', headers, body, signal });";
const HEADERS = 'const headers = { ...json, ...injectContext() };';

export const attempts: Attempts = {
  right: {
    'compares the origins': [
      [
        FETCH,
        `const ask = async (to: URL): Promise<Response> => {
        const given = to.origin === url.origin ? headers : json;
        const answer = await fetch(to, { method: 'POST', headers: given, body, signal, redirect: 'manual' });
        const next = answer.headers.get('location');
        return next ? ask(new URL(next, to)) : answer;
      };
      const response = await ask(url);`,
      ],
    ],
    'sends the third party its trace, without the baggage': [
      [
        HEADERS,
        `const { traceparent = '', ...rest } = injectContext();\n      const bare = { ...json, traceparent };`,
      ],
      [
        FETCH,
        `const moved = await fetch(url, { method: 'POST', headers: { ...bare, ...rest }, body, signal, redirect: 'manual' });
      const to = moved.headers.get('location') ?? '';
      const response = await fetch(to, { method: 'POST', headers: bare, body, signal });`,
      ],
    ],
  },
  cheats: {
    'follows no redirect': [
      [
        FETCH,
        "const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });",
      ],
      ['await response.json();', 'await response.text();'],
    ],
    'sends no baggage at all': [
      [
        HEADERS,
        'const { baggage: _, ...carrier } = injectContext();\n      const headers = { ...json, ...carrier };',
      ],
    ],
  },
};
