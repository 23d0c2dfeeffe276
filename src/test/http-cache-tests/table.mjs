// Writes the results of the suite as a table: node table.mjs SUITE RESULTS VERSION FILE

import fs from 'fs'
import path from 'path'
import { pathToFileURL } from 'url'

const [suiteFolder, resultsFile, version, target] = process.argv.slice(2)
const load = async file => (await import(pathToFileURL(path.resolve(suiteFolder, 'tests', file)).href)).default
const suites = [...await load('index.mjs'), await load('surrogate-control.mjs')]
const results = JSON.parse(fs.readFileSync(resultsFile, 'utf8'))

const kinds = ['required', 'optimal', 'check']
const sums = Object.fromEntries(kinds.map(kind => [kind, { passed: 0, all: 0 }]))
const kindOf = test => test.kind || 'required'
const tests = suites.flatMap(suite => suite.tests.filter(test => !test.browser_only).map(test => ({ suite, test })))
const byId = new Map(tests.map(({ test }) => [test.id, test]))

// As the suite's own display counts: a test whose precondition failed says nothing.
const depends = test => (test.depends_on || []).every(id => results[id] === true && depends(byId.get(id) || {}))
const outcome = test => {
  const result = results[test.id]
  if (result === undefined) return 'not run'
  if (!depends(test)) return 'depends on one that failed'
  if (result === true) return 'yes'
  return result[0] === 'Setup' ? `setup: ${result[1]}` : `no: ${result[1]}`
}

const rows = []
for (const { suite, test } of tests) {
  const kind = kindOf(test)
  const what = outcome(test)
  sums[kind].all++
  if (what === 'yes') sums[kind].passed++
  rows.push(`| ${suite.id} | ${test.id} | ${kind} | ${what.replace(/\|/g, '\\|').replace(/\s+/g, ' ')} |`)
}
const lines = [
  '# The public test-suite of HTTP caches',
  '',
  `Results of [http-cache-tests](https://cache-tests.fyi/) ${version} through a running Hone: \`/gateway/{provider}/…\` of a`,
  'provider of kind `generic`, which is the suite\'s own origin server. A forwarder stands before it that adds the key and the',
  'path of the gateway to requests, takes that path off `Location` in answers, and keeps and changes nothing else. To repeat,',
  'with Node 20 and curl:',
  '',
  '```',
  'mvn -q -Dmaven.test.skip=true package && src/test/http-cache-tests/run.sh',
  '```',
  '',
  'Calls are not repeated there (`hone.gateway.retries` is 0): the suite counts those that reach its origin.',
  '',
  '`required` is what RFC 9111 demands, `optimal` what a cache could do besides, `check` only tells how it behaves: neither',
  'answer is wrong. Tests for browsers are left out.',
  '',
  'What fails of the required ones:',
  '',
  '- `Content-Security-Policy`, `X-Frame-Options`, `Clear-Site-Data`, `Set-Cookie2` (`headers-store-*`, `304-etag-update-*`)',
  '  never pass the gateway, from the cache or not: they would act on Hone\'s own pages and cookies, or are Hone\'s to say.',
  '- Answers with `Set-Cookie` are never kept, on purpose.',
  '- `other-authorization`: `Authorization` lets clients in at Hone and never reaches a provider. What is kept is kept for',
  '  who asked alone instead, unless a rule says otherwise.',
  '- `headers-store-Transfer-Encoding`: an answer that names a transfer coding which nobody knows is refused with 502.',
  '- `stale-close-*` cannot be passed: the suite takes a 502 made here for an answer from the cache.',
  '- `age-parse-prefix` contradicts `age-parse-dup-0` and `age-parse-prefix-twoline`, of which the careful ones were chosen.',
  '- `surrogate-control` is a note of the W3C of which Hone follows `no-store` alone.',
  '',
  '| kind | passed | of |',
  '|---|---|---|',
  ...kinds.map(kind => `| ${kind} | ${sums[kind].passed} | ${sums[kind].all} |`),
  '',
  '| group | test | kind | passed |',
  '|---|---|---|---|',
  ...rows
]
fs.writeFileSync(target, lines.join('\n') + '\n')
console.log(kinds.map(kind => `${kind} ${sums[kind].passed}/${sums[kind].all}`).join(', '))
