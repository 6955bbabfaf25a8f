'use strict';

const { BigCommerceApiClient } = require('bigcommerce-api-client');
const { assert, settings, busy, run } = require('./checks');

const client = new BigCommerceApiClient(settings);

// refused is the answer under the error of a call.
async function refused(call, status) {
  const err = await call.then(() => assert.fail('no error'), err => err);
  assert.equal(err.cause.response?.status, status, err.message);
  return err.cause.response.data;
}

run('bigcommerce-api-client', {
  products: async () => (await client.catalog.products.getAllProducts({}, 1, 10_000)).data, // above 250 it pages by itself; its Limit.ALL ends after a page
  orders: () => client.orders.getAllOrders({}, 1, 50),
  lines: id => client.orders.orderProducts.listOrderProducts(id),
  coupons: id => client.orders.orderCoupons.listOrderCoupons(id),
  create: async product => (await client.catalog.products.createProduct(product)).data,
  update: async (id, changes) => (await client.catalog.products.updateProduct(id, changes)).data,
  async missing(id) {
    assert.equal(await client.catalog.products.getProduct(id), null);
    assert.equal(await client.orders.getOrder(id), null);
    const error = await refused(client.catalog.products.updateProduct(id, { price: 1 }), 404);
    assert.equal(error.status, 404);
  },
  async duplicate(product) {
    const error = await refused(client.catalog.products.createProduct(product), 409);
    assert.equal(error.title, 'The product sku is a duplicate');
  },
  async invalid(product) {
    const error = await refused(client.catalog.products.createProduct(product), 422);
    assert.deepEqual(Object.keys(error.errors).sort(), ['price', 'type', 'weight']);
  },
  async throttled() {
    const impatient = new BigCommerceApiClient({ ...busy, maxRetries: 0 });
    let err;
    for (let request = 0; request < 50 && !err; request++) {
      err = await impatient.catalog.products.getAllProducts({}, 1, 1).then(() => undefined, err => err);
    }
    assert.equal(err.cause.response.status, 429);
    assert.ok(Number(err.cause.response.headers['x-rate-limit-time-reset-ms']) > 0);
    const patient = new BigCommerceApiClient({ ...busy, maxRetries: 50, retryDelay: 500 });
    const retries = console.error;
    console.error = () => {}; // the client tells of each
    const { data } = await patient.catalog.products.getAllProducts({}, 1, 1);
    console.error = retries;
    assert.equal(data.length, 1, 'after the wait it is answered');
  },
});
