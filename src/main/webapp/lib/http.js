import { access } from './access.js';
import { Problem, exchange, fetchText } from './exchange.js';

export { Problem };

/**
 * A request in the name of who is signed in.
 *
 * @param {string} method
 * @param {string} path below /api/v1
 * @param {import('./exchange.js').Options} [options]
 * @returns {Promise<{data: any, etag: string|null}>}
 * @throws {Problem} for every answer that is not a success
 */
export function request(method, path, options = {}) {
  return authorized((headers) => exchange(method, path, { ...options, headers }), options.headers);
}

/**
 * @param {string} path
 * @param {import('./exchange.js').Options} [options]
 * @returns {Promise<any>} the parsed body
 */
export async function get(path, options) {
  return (await request('GET', path, options)).data;
}

/**
 * Opens in a tab of its own what only requests with a token may read: a plain link would send none.
 *
 * @param {string} address from the server's root
 */
export async function openRaw(address) {
  const { text, type } = await authorized((headers) => fetchText('GET', address, { headers }), { Accept: '*/*' });
  const shown = /json/.test(type) ? JSON.stringify(JSON.parse(text), null, 2) : text;
  // As plain text it is shown rather than saved, whatever it is.
  open(URL.createObjectURL(new Blob([shown], { type: 'text/plain;charset=utf-8' })), '_blank');
}

/**
 * Sends something with a token that holds.
 *
 * @template T
 * @param {(headers: Record<string, string>) => Promise<T>} send
 * @param {Record<string, string>} [headers]
 * @returns {Promise<T>}
 */
export async function authorized(send, headers = {}) {
  const withToken = (token) => send({ ...headers, Authorization: `Bearer ${token}` });
  try {
    const token = await access.token();
    try {
      return await withToken(token);
    } catch (error) {
      if (error.status !== 401) {
        throw error;
      }
      // Ended before its time, for instance by a new password: one new token, one more try.
      return await withToken(await access.renew(token));
    }
  } catch (error) {
    if (access.state === 'out') {
      // The page is being left for the sign-in; nothing may flash up meanwhile.
      return new Promise(() => {});
    }
    throw error;
  }
}
