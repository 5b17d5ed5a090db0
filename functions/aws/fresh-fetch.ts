/**
 * `fetch` over a connection of its own each time. One that is kept for the next request may have ended while Lambda had
 * the process frozen, and what is posted over it is lost: nobody knows whether it arrived, so it is not posted again.
 */
export const freshFetch: typeof fetch = (input, init = {}) => {
  const headers = new Headers(init.headers);
  headers.set('Connection', 'close');
  return fetch(input, { ...init, headers });
};
