'use strict';

const BigCommerce = require('node-bigcommerce');
const { assert, settings, busy, run } = require('./checks');

const v2 = new BigCommerce({ ...settings, responseType: 'json' });
const v3 = new BigCommerce({ ...settings, responseType: 'json', apiVersion: 'v3' });

// refused is the error of a call, which carries the status and the body.
async function refused(call, code) {
  const err = await call.then(() => assert.fail('no error'), err => err);
  assert.equal(err.code, code, err.message);
  return JSON.parse(err.responseBody);
}

run('node-bigcommerce', {
  async products() {
    const all = [];
    for (let page = 1, pages = 1; page <= pages; page++) {
      const { data, meta } = await v3.get(`/catalog/products?limit=50&page=${page}`);
      all.push(...data);
      pages = meta.pagination.total_pages;
    }
    return all;
  },
  orders: () => v2.get('/orders'),
  lines: id => v2.get(`/orders/${id}/products`),
  coupons: id => v2.get(`/orders/${id}/coupons`),
  create: async product => (await v3.post('/catalog/products', product)).data,
  update: async (id, changes) => (await v3.put(`/catalog/products/${id}`, changes)).data,
  async missing(id) {
    assert.equal((await refused(v3.get(`/catalog/products/${id}`), 404)).status, 404);
    const [error] = await refused(v2.get(`/orders/${id}`), 404);
    assert.equal(error.status, 404);
    assert.equal(error.message, 'The requested resource was not found.');
  },
  async duplicate(product) {
    const error = await refused(v3.post('/catalog/products', product), 409);
    assert.equal(error.title, 'The product sku is a duplicate');
  },
  async invalid(product) {
    const error = await refused(v3.post('/catalog/products', product), 422);
    assert.deepEqual(Object.keys(error.errors).sort(), ['price', 'type', 'weight']);
  },
  async throttled() {
    const impatient = new BigCommerce({ ...busy, responseType: 'json', apiVersion: 'v3', failOnLimitReached: true });
    const patient = new BigCommerce({ ...busy, responseType: 'json', apiVersion: 'v3' });
    let err;
    for (let request = 0; request < 50 && !err; request++) {
      err = await impatient.get('/catalog/products?limit=1').then(() => undefined, err => err);
    }
    assert.match(err.message, /rate limit/);
    assert.ok(err.retryAfter > 0, 'the seconds to wait');
    assert.equal((await patient.get('/catalog/products?limit=1')).data.length, 1, 'after the wait it is answered');
  },
});
