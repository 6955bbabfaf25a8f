'use strict';

// Loaded before a client (node --require): these clients speak to https://api.bigcommerce.com and to nothing else. What is meant for that
// host goes to the emulated store of the same hash, over plain http on a loopback port; any other host is refused, so that no check can
// pass by speaking to somebody else. BCETL_STORES says where the stores are: "demo=http://127.0.0.1:1 busy=http://127.0.0.1:2".

const http = require('node:http');
const https = require('node:https');
const { urlToHttpOptions } = require('node:url');

const platform = 'api.bigcommerce.com';
const stores = new Map(process.env.BCETL_STORES.split(' ').map(entry => {
  const [hash, address] = entry.split('=');
  return [hash, new URL(address)];
}));

// store is the address of the emulated store that a request to the platform means.
function store(host, path) {
  const hash = /^\/stores\/([^/]+)\/v[23]\//.exec(path)?.[1];
  if (host !== platform || !stores.has(hash)) {
    throw new Error(`a request to ${host}${path}: only the stores ${[...stores.keys()].join(', ')} at ${platform} are here`);
  }
  return stores.get(hash);
}

// Clients on node's https module: axios, node-fetch and plain requests.
https.request = function request(first, ...rest) {
  const given = typeof first === 'string' ? new URL(first) : first;
  const target = given instanceof URL ? urlToHttpOptions(given) : given;
  const more = typeof rest[0] === 'object' && rest[0] !== null ? rest.shift() : {};
  const options = { ...target, ...more };
  const { hostname, port } = store(options.hostname || options.host, options.path);
  return http.request({ ...options, protocol: 'http:', host: hostname, hostname, port, agent: undefined, agents: undefined }, ...rest);
};
https.get = function get(...args) {
  const sent = https.request(...args);
  sent.end();
  return sent;
};

// Clients on the fetch of node itself.
const fetchFrom = globalThis.fetch;
globalThis.fetch = function fetch(resource, init) {
  const url = new URL(resource);
  return fetchFrom(new URL(url.pathname + url.search, store(url.hostname, url.pathname)), init);
};
