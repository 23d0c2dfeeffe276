/**
 * Who is signed in here. The refresh token is in a cookie that no script can read; the access token is in the memory of
 * the open tabs alone, which share it: whatever the number of tabs, one of them refreshes.
 */

import { Problem, exchange } from './exchange.js';

const CHANNEL = 'hone.access';
/** Held by the one tab that refreshes, or signs out. */
const TURN = 'hone.access.turn';
/** Held, shared, by every tab that has had a token: how many could answer when one asks for it. */
const MEMBER = 'hone.access.member';
/** A busy machine answers late, and each refresh for want of an answer is a rotation; a tab that is gone never does. */
const ANSWER_WITHIN_MS = 2_000;
/** So long before its end a token is replaced, or after half of its life if that is later. */
const EARLY_MS = 60_000;
/** Tabs need not all wake up to find that one of them was first. */
const SPREAD_MS = 5_000;
const AGAIN_MS = 10_000;
/** A token so near to its end may end on the way. */
const SLACK_MS = 2_000;
const ROLES = ['viewer', 'reporter', 'admin'];

/**
 * @typedef {object} Account
 * @property {string} id
 * @property {string} username
 * @property {'viewer'|'reporter'|'admin'} role
 * @property {boolean} disabled
 * @property {boolean} password_chosen
 * @property {string} created_at
 * @property {string} created_by
 * @property {string|null} last_signed_in_at
 * @property {number} version
 *
 * @fires change who is signed in, or what they may do, is another
 * @fires token there is a new access token
 * @fires ended nobody is signed in any more
 */
class Access extends EventTarget {
  /** @type {'starting'|'in'|'out'|'unknown'} unknown: the server could not be asked */
  state = 'starting';
  /** @type {Account|null} */
  account = null;

  #token = null;
  #expiresAt = 0;
  #timer = 0;
  /** @type {Promise<string>|null} */
  #renewing = null;
  #member = null;
  /** @type {((token: string|null) => void)|null} */
  #answered = null;
  #linkCode = null;
  #channel = new BroadcastChannel(CHANNEL);

  constructor() {
    super();
    this.#channel.onmessage = ({ data }) => this.#receive(data);
  }

  /** Signs in by the cookie, if there is one. A sign-in link goes before: it may be for another account. */
  async start() {
    if (this.#keepLinkCode()) {
      this.#become('out', null);
      return;
    }
    try {
      await this.renew(null);
    } catch {
      if (this.state === 'starting') {
        this.#become('unknown', null);
      }
    }
  }

  /** @returns {string|null} the code of the sign-in link that was opened; only the first caller gets it */
  takeLinkCode() {
    this.#keepLinkCode();
    const code = this.#linkCode;
    this.#linkCode = null;
    return code;
  }

  /** @param {'viewer'|'reporter'|'admin'} role */
  may(role) {
    return this.account !== null && ROLES.indexOf(this.account.role) >= ROLES.indexOf(role);
  }

  /**
   * @returns {Promise<string>} an access token that still holds
   * @throws {Problem} 401 when nobody is signed in; others when the server cannot say
   */
  async token() {
    return this.#token !== null && Date.now() < this.#expiresAt - SLACK_MS ? this.#token : this.renew(this.#token);
  }

  /**
   * @param {string|null} stale the token that no longer holds; another one is taken as it is
   * @returns {Promise<string>}
   * @throws {Problem} as {@link token}
   */
  renew(stale) {
    if (this.#token !== null && this.#token !== stale) {
      return Promise.resolve(this.#token);
    }
    this.#renewing ??= inTurn(() => this.#renew(stale)).finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /**
   * @param {string} username
   * @param {string} password
   */
  async signIn(username, password) {
    await this.#take((await exchange('POST', '/auth/login', { body: { username, password, cookie: true } })).data);
  }

  /** @param {string} code of a sign-in link */
  async signInByLink(code) {
    await this.#take((await exchange('POST', '/auth/link', { body: { code, cookie: true } })).data);
  }

  /**
   * Signs out all tabs of this browser.
   *
   * @param {{everywhere: boolean}} options everywhere: also all other browsers and machines
   * @throws {Problem} when the server could not be told: the cookie would still sign in
   */
  async signOut({ everywhere }) {
    const leave = (token) => inTurn(() => exchange('POST', '/auth/logout', {
      body: { everywhere }, headers: { Authorization: `Bearer ${token}` },
    }));
    // With a token that holds: the cookie alone ends no more than this browser's sign-in.
    const token = await this.token();
    try {
      await leave(token);
    } catch (error) {
      if (error.status !== 401) {
        throw error;
      }
      await leave(await this.renew(token));
    }
    this.#channel.postMessage({ type: 'signed-out' });
    this.#end(true);
  }

  /** The account has a password of its own choice now. */
  passwordChosen() {
    this.account = { ...this.account, password_chosen: true };
    this.#share();
  }

  async #renew(stale) {
    if (this.#token !== null && this.#token !== stale) {
      return this.#token;
    }
    if (!await this.#askOthers(stale)) {
      try {
        await this.#take((await exchange('POST', '/auth/refresh', { body: {} })).data);
      } catch (error) {
        // Only this says that the sign-in is over; a server that is away or busy says nothing about it.
        if (Problem.of(error).status === 401) {
          this.#end(false);
        }
        throw error;
      }
    }
    return this.#token;
  }

  /**
   * Takes over the token of another tab.
   *
   * @param {string|null} stale
   * @returns {Promise<boolean>} whether one had a better one
   */
  async #askOthers(stale) {
    if (!navigator.locks) {
      return false;
    }
    const { held } = await navigator.locks.query();
    let left = held.filter(({ name }) => name === MEMBER).length - (this.#member === null ? 0 : 1);
    if (left <= 0) {
      return false;
    }
    return new Promise((resolve) => {
      const finish = (found) => {
        clearTimeout(timer);
        this.#answered = null;
        resolve(found);
      };
      const timer = setTimeout(() => finish(false), ANSWER_WITHIN_MS);
      this.#answered = (token) => {
        if (token !== null && token !== stale && token === this.#token) {
          finish(true);
        } else if (--left <= 0) {
          finish(false);
        }
      };
      this.#channel.postMessage({ type: 'ask' });
    });
  }

  #receive(message) {
    switch (message.type) {
      case 'ask':
        this.#share();
        break;
      case 'token':
        this.#adopt(message);
        this.#answered?.(message.token);
        break;
      case 'none':
        this.#answered?.(null);
        break;
      case 'signed-out':
        if (this.state !== 'out') {
          this.#end(false);
        }
        break;
    }
  }

  #share() {
    const usable = this.#token !== null && Date.now() < this.#expiresAt - SLACK_MS;
    this.#channel.postMessage(usable
      ? { type: 'token', token: this.#token, expiresAt: this.#expiresAt, account: this.account }
      : { type: 'none' });
  }

  #adopt({ token, expiresAt, account }) {
    if (this.account !== null && this.account.id !== account.id) {
      // Somebody else signed in beside: nothing of the one before may stay on this page.
      location.reload();
    } else if (token === this.#token || expiresAt > this.#expiresAt) {
      this.#set(token, expiresAt, account);
    }
  }

  async #take(tokens) {
    // Before the turn ends, so that who comes next counts this tab.
    await this.#join();
    this.#set(tokens.access_token, Date.now() + tokens.expires_in * 1000, tokens.account);
    this.#share();
  }

  #set(token, expiresAt, account) {
    const isNew = token !== this.#token;
    this.#token = token;
    this.#expiresAt = expiresAt;
    this.#join();
    const left = expiresAt - Date.now();
    this.#schedule(left - Math.min(EARLY_MS, left / 2) + Math.random() * Math.min(SPREAD_MS, left / 10));
    this.#become('in', account);
    if (isNew) {
      this.dispatchEvent(new CustomEvent('token', { detail: { token } }));
    }
  }

  #schedule(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.renew(this.#token).catch(() => {
      if (this.state === 'in') {
        this.#schedule(AGAIN_MS);
      }
    }), ms);
  }

  #join() {
    this.#member ??= navigator.locks ? new Promise((joined) => {
      navigator.locks.request(MEMBER, { mode: 'shared' }, () => {
        joined();
        // Until the tab is gone.
        return new Promise(() => {});
      });
    }) : Promise.resolve();
    return this.#member;
  }

  #end(here) {
    clearTimeout(this.#timer);
    const was = this.state;
    this.#token = null;
    this.#expiresAt = 0;
    this.#become('out', null);
    if (was !== 'starting') {
      this.dispatchEvent(new CustomEvent('ended', { detail: { here } }));
    }
  }

  #become(state, account) {
    const changed = state !== this.state || account?.id !== this.account?.id || account?.role !== this.account?.role;
    this.state = state;
    this.account = account;
    if (changed) {
      this.dispatchEvent(new Event('change'));
    }
  }

  /** The code leaves the address bar, and with it the history, before anything else happens. */
  #keepLinkCode() {
    const code = location.pathname === '/sign-in' ? /^#code=([^&]+)/.exec(location.hash)?.[1] : undefined;
    if (code) {
      history.replaceState(null, '', location.pathname + location.search);
      this.#linkCode = code;
    }
    return this.#linkCode !== null;
  }
}

/** One tab at a time. Browsers offer that on https and localhost only; elsewhere the server's patience has to do. */
function inTurn(action) {
  return navigator.locks ? navigator.locks.request(TURN, action) : action();
}

export const access = new Access();
