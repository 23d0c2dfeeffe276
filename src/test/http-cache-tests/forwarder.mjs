// Stands before a gateway of Hone for the public test-suite, which knows neither keys nor the path of a provider:
// adds both to requests and takes the path off the addresses in answers. Everything else passes as it came; nothing is
// kept.
//
//   node forwarder.mjs PORT HONE_PORT PROVIDER KEY

import http from 'http'

const [port, honePort, provider, key] = process.argv.slice(2)
const prefix = `/gateway/${provider}`
const agent = new http.Agent({ keepAlive: false })

// Names and values in turn, as they were sent.
const pairs = raw => raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1]]] : []))

http.createServer((request, response) => {
  const fields = pairs(request.rawHeaders).filter(([name]) => name.toLowerCase() !== 'authorization')
  fields.push(['Authorization', `Bearer ${key}`])
  const forwarded = http.request({
    agent,
    host: '127.0.0.1',
    port: honePort,
    method: request.method,
    path: prefix + request.url,
    headers: fields.flat()
  })
  forwarded.on('response', answer => {
    const told = pairs(answer.rawHeaders).map(([name, value]) =>
      name.toLowerCase() === 'location' && value.startsWith(prefix + '/') ? [name, value.slice(prefix.length)] : [name, value])
    response.sendDate = false
    response.writeHead(answer.statusCode, answer.statusMessage, told.flat())
    answer.on('error', () => response.destroy())
    answer.pipe(response)
  })
  forwarded.on('error', () => response.destroy())
  request.pipe(forwarded)
}).listen(port, '127.0.0.1', () => console.log(`Listening on ${port}`))
