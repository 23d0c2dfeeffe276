// Renders /openapi: operations by tag, each with parameters, schemas, examples and a curl line. Plain DOM, no library:
// swagger-ui obeys our Content-Security-Policy but neither the axe rules nor the theme.

import { access } from '../lib/access.js';
import { openRaw } from '../lib/http.js';
import { signInAddress } from '../lib/router.js';
import { fetchText } from '../lib/exchange.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const DEEPEST = 6;
let api;

/** An element with attributes and children; text is never parsed as HTML. */
function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ''));
  return element;
}

/** What $ref points to, or the value itself. */
function resolved(value) {
  if (!value?.$ref) {
    return value;
  }
  return resolved(value.$ref.slice(2).split('/').reduce((node, key) => node[key], api));
}

/** Paragraphs with `code` and **strong**: the Markdown that the document uses. */
function prose(text) {
  return (text ?? '').trim().split(/\n\s*\n/).filter(Boolean).map((paragraph) => el('p', {}, inline(paragraph)));
}

function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.startsWith('`')) {
      return el('code', {}, part.slice(1, -1));
    }
    return part.startsWith('**') ? el('strong', {}, part.slice(2, -2)) : part;
  });
}

function code(text, label) {
  // Focusable, since a wide line scrolls and the keyboard has to get there.
  return el('pre', { tabindex: '0', role: 'region', 'aria-label': label }, el('code', {}, text));
}

const json = (value) => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

/** The type in words: "integer (int64), 0 to 500, may be null". */
function typeText(schema) {
  const parts = [];
  if (schema.oneOf) {
    parts.push(schema.oneOf.map((one) => nameOf(one) ?? typeText(resolved(one))).join(' or '));
  } else if (schema.type === 'array') {
    parts.push(`array of ${nameOf(schema.items) ?? typeText(resolved(schema.items))}`);
  } else {
    parts.push(schema.type ?? 'anything');
  }
  if (schema.format) {
    parts[0] += ` (${schema.format})`;
  }
  if (schema.enum) {
    parts.push(`one of ${schema.enum.filter((value) => value !== null).join(', ')}`);
  }
  const unit = { string: ' characters', array: ' items', object: ' members' }[schema.type] ?? '';
  const least = schema.minimum ?? schema.minLength ?? schema.minItems ?? schema.minProperties;
  const most = schema.maximum ?? schema.maxLength ?? schema.maxItems ?? schema.maxProperties;
  if (least !== undefined || most !== undefined) {
    const from = schema.exclusiveMinimum ? `over ${least}` : least;
    parts.push((most === undefined ? `${from} or more` : `${from ?? 0} to ${most}`) + unit);
  }
  if (schema.default !== undefined) {
    parts.push(`${JSON.stringify(schema.default)} if missing`);
  }
  if (schema.nullable) {
    parts.push('may be null');
  }
  return parts.join(', ');
}

const nameOf = (schema) => schema?.$ref?.split('/').pop();

/** Members of a schema as a nested list; what is deeper opens on demand. */
function members(schema, depth = 0) {
  const target = resolved(schema);
  if (depth > DEEPEST || !target) {
    return null;
  }
  if (target.oneOf) {
    const choices = target.oneOf.map((one) => members(one, depth)).filter(Boolean);
    return choices.length ? el('div', {}, choices) : null;
  }
  if (target.type === 'array') {
    return members(target.items, depth);
  }
  const properties = Object.entries(target.properties ?? {});
  const others = target.additionalProperties;
  if (others && typeof others === 'object') {
    properties.push(['(any name)', others]);
  }
  if (!properties.length) {
    return null;
  }
  return el('ul', { class: 'members' }, properties.map(([name, property]) => {
    const inner = resolved(property);
    const below = members(property, depth + 1);
    const head = [
      el('code', { class: 'name' }, name),
      target.required?.includes(name) ? el('span', { class: 'required' }, ' required') : null,
      el('span', { class: 'type' }, ` ${typeText(inner)}`),
    ];
    const description = inner.description ? el('div', { class: 'about' }, prose(inner.description)) : null;
    return el('li', {}, below
      ? [el('details', {}, el('summary', {}, head), description, below)]
      : [el('div', {}, head), description]);
  }));
}

function content(bodies, label) {
  return Object.entries(bodies ?? {}).map(([type, body]) => {
    const schema = resolved(body.schema) ?? {};
    const examples = Object.entries(body.examples ?? {}).map(([key, example]) => {
      const value = resolved(example);
      return [value.summary ?? key, value.value];
    });
    if (body.example !== undefined) {
      examples.push(['Example', body.example]);
    }
    return el('div', { class: 'content' },
      el('p', {}, el('code', {}, type), el('span', { class: 'type' }, ` ${nameOf(body.schema) ?? typeText(schema)}`)),
      members(body.schema),
      examples.map(([title, value]) => el('div', {},
        el('p', { class: 'caption' }, title), code(json(value), `${label}, ${type}: ${title}`))));
  });
}

function parameters(list) {
  if (!list.length) {
    return null;
  }
  return [el('h4', {}, 'Parameters'), el('ul', { class: 'members' }, list.map((parameter) => el('li', {},
    el('div', {},
      el('code', { class: 'name' }, parameter.name),
      el('span', { class: 'type' }, ` in ${parameter.in}`),
      parameter.required ? el('span', { class: 'required' }, ' required') : null,
      el('span', { class: 'type' }, ` ${typeText(resolved(parameter.schema))}`)),
    el('div', { class: 'about' }, prose(parameter.description)))))];
}

/** A command to copy, with the first example of everything that is required. */
function curl(path, method, operation, list) {
  let address = path;
  const query = [];
  list.filter((parameter) => parameter.required).forEach((parameter) => {
    const example = encodeURIComponent(parameter.example ?? 'VALUE');
    if (parameter.in === 'path') {
      address = address.replace(`{${parameter.name}}`, example);
    } else if (parameter.in === 'query') {
      query.push(`${parameter.name}=${example}`);
    }
  });
  const parts = [`curl -s${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} '${location.origin}${address}${query.length ? `?${query.join('&')}` : ''}'`];
  if ((operation.security ?? api.security ?? []).length > 0) {
    parts.push('-H "Authorization: Bearer $HONE_KEY"');
  }
  const body = operation.requestBody?.content?.['application/json'];
  if (body) {
    const value = body.example ?? resolved(Object.values(body.examples ?? {})[0])?.value;
    parts.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(value).replaceAll("'", "'\\''")}'`);
  }
  return parts.join(' \\\n  ');
}

function details(path, method, operation, shared) {
  const list = [...shared, ...(operation.parameters ?? [])].map(resolved);
  const label = `${method.toUpperCase()} ${path}`;
  return [
    prose(operation.description),
    path === '/api/v1/live' ? null : code(curl(path, method, operation, list), `${label}: command`),
    parameters(list),
    operation.requestBody ? [el('h4', {}, 'Body'), content(operation.requestBody.content, `${label}: body`)] : null,
    el('h4', {}, 'Answers'),
    Object.entries(operation.responses).map(([status, reference]) => {
      const response = resolved(reference);
      const headers = Object.keys(response.headers ?? {});
      return el('details', { class: 'answer' },
        el('summary', {}, el('span', { class: `status status-${status[0]}` }, status), ' ', inline(response.description.trim())),
        headers.length ? el('p', { class: 'type' }, `Headers: ${headers.join(', ')}`) : null,
        content(response.content, `${label}: ${status}`));
    }),
  ].flat(3);
}

function operationElement(path, method, operation, shared) {
  const body = el('div', { class: 'body' });
  const element = el('details', { class: 'operation', id: operation.operationId },
    el('summary', {}, el('h3', {},
      el('span', { class: `method method-${method}` }, method.toUpperCase()), ' ',
      el('span', { class: 'path' }, path), ' ',
      el('span', { class: 'summary' }, operation.summary))),
    body);
  element.dataset.text = `${method} ${path} ${operation.summary} ${operation.operationId}`.toLowerCase();
  element.addEventListener('toggle', () => {
    if (element.open && !body.hasChildNodes()) {
      body.append(...details(path, method, operation, shared).filter(Boolean));
    }
  });
  return element;
}

function show() {
  document.querySelector('#introduction').append(...prose(api.info.description));
  const operations = Object.entries(api.paths).flatMap(([path, item]) => METHODS.filter((method) => item[method])
    .map((method) => ({ tag: item[method].tags[0], element: operationElement(path, method, item[method], item.parameters ?? []) })));
  const sections = api.tags.map((tag) => {
    const own = operations.filter((operation) => operation.tag === tag.name).map((operation) => operation.element);
    return el('section', { id: `group-${tag.name}`, 'aria-labelledby': `title-${tag.name}` },
      el('h2', { id: `title-${tag.name}` }, tag.name), prose(tag.description), own);
  });
  document.querySelector('#operations').replaceChildren(...sections);
  document.querySelector('#groups').append(...api.tags.map((tag) => el('li', {}, el('a', { href: `#group-${tag.name}` }, tag.name))));
  document.querySelector('#filter').addEventListener('input', (event) => filter(event.target.value, sections));
  addEventListener('hashchange', openNamed);
  openNamed();
}

function filter(text, sections) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  sections.forEach((section) => {
    const all = [...section.querySelectorAll('.operation')];
    all.forEach((operation) => {
      operation.hidden = !words.every((word) => operation.dataset.text.includes(word));
      found += operation.hidden ? 0 : 1;
    });
    section.hidden = all.every((operation) => operation.hidden);
  });
  document.querySelector('#found').textContent = words.length ? `${found} found` : '';
}

/** /docs#createSession opens that operation. */
function openNamed() {
  const named = document.getElementById(decoded(location.hash.slice(1)));
  if (named?.classList.contains('operation')) {
    named.open = true;
    named.scrollIntoView();
  }
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    // "#%zz" that somebody typed names no operation.
    return text;
  }
}

/** Plain links would send no token. */
function openDocuments() {
  document.querySelectorAll('[data-raw]').forEach((button) => {
    button.addEventListener('click', () => openRaw(button.dataset.raw).catch(failed));
  });
}

function failed(error) {
  const state = el('p', { id: 'state', role: 'status' }, `The document could not be loaded: ${error.message} Reload to try again.`);
  document.querySelector('#operations').prepend(state);
}

async function load() {
  await access.start();
  if (access.state === 'out') {
    document.querySelector('#state').replaceChildren('The document is for those who have access. ',
      el('a', { href: signInAddress() }, 'Sign in'), ' to read it.');
    return;
  }
  const token = await access.token();
  const { text } = await fetchText('GET', '/openapi?format=json', { headers: { Authorization: `Bearer ${token}` } });
  api = JSON.parse(text);
  show();
  openDocuments();
}

access.addEventListener('ended', () => location.reload());
try {
  await load();
} catch (error) {
  document.querySelector('#state').remove();
  failed(error);
}
