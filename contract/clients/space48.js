'use strict';

const { Management } = require('@space48/bigcommerce-api');
const { assert, settings, busy, run } = require('./checks');

const client = new Management.Client(settings);

// refused is the body in the message of a call's error.
async function refused(call, status) {
  const err = await call.then(() => assert.fail('no error'), err => err);
  const [, code, body] = /: (\d+) - (.*)$/s.exec(err.message) ?? assert.fail(err.stack);
  assert.equal(Number(code), status);
  return JSON.parse(body);
}

run('@space48/bigcommerce-api', {
  async products() {
    const all = [];
    for await (const product of client.v3.list('/catalog/products', { query: { limit: 50 } })) {
      all.push(product);
    }
    return all;
  },
  orders: () => client.v2.get('/orders'),
  lines: id => client.v2.get('/orders/{order_id}/products', { path: { order_id: id } }),
  coupons: id => client.v2.get('/orders/{order_id}/coupons', { path: { order_id: id } }),
  create: product => client.v3.post('/catalog/products', { body: product }),
  update: (id, changes) => client.v3.put('/catalog/products/{product_id}', { path: { product_id: id }, body: changes }),
  async missing(id) {
    assert.equal(await client.v3.get('/catalog/products/{product_id}', { path: { product_id: id } }), null);
    assert.equal(await client.v2.get('/orders/{order_id}', { path: { order_id: id } }), null);
    const error = await refused(client.v3.put('/catalog/products/{product_id}', { path: { product_id: id }, body: { price: 1 } }), 404);
    assert.equal(error.status, 404);
  },
  async duplicate(product) {
    const error = await refused(client.v3.post('/catalog/products', { body: product }), 409);
    assert.equal(error.title, 'The product sku is a duplicate');
  },
  async invalid(product) {
    const error = await refused(client.v3.post('/catalog/products', { body: product }), 422);
    assert.deepEqual(Object.keys(error.errors).sort(), ['price', 'type', 'weight']);
  },
  // This client waits and asks again by itself, so it must come through although the quota is spent.
  async throttled() {
    const patient = new Management.Client(busy);
    let status = 200;
    for (let request = 0; request < 50 && status !== 429; request++) {
      status = await spend();
    }
    assert.equal(status, 429);
    const products = await patient.v3.get('/catalog/products', { query: { limit: 1 } });
    assert.equal(products.length, 1);
  },
});

// spend takes one request of the busy store's quota and gives the status of its answer.
async function spend() {
  const headers = { 'X-Auth-Token': busy.accessToken, Accept: 'application/json' };
  const answer = await fetch(`https://api.bigcommerce.com/stores/${busy.storeHash}/v2/time`, { headers });
  await answer.arrayBuffer();
  return answer.status;
}
