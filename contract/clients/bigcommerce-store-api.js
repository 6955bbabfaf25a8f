'use strict';

const { default: BigCommerceStoreApi } = require('bigcommerce-store-api');
const { assert, settings, busy, run } = require('./checks');

const client = new BigCommerceStoreApi(settings);

async function done(call) {
  const answer = await call;
  assert.equal(answer.status, 'success', JSON.stringify(answer.errors));
  return answer.data;
}

// This client throws nothing: an error is an answer.
async function refused(call, status) {
  const answer = await call;
  assert.equal(answer.status, 'error');
  assert.equal(answer.http_status, status);
  return answer.errors;
}

run('bigcommerce-store-api', {
  async products() {
    const all = [];
    for (let page = 1; ; page++) {
      const { data, meta } = await client.v3.products.getProducts({ limit: 50, page });
      all.push(...data);
      if (page === meta.pagination.total_pages) {
        return all;
      }
    }
  },
  orders: () => done(client.v2.ordersV2Oas2.getOrders()),
  lines: id => done(client.v2.ordersV2Oas2.getOrderProducts(id)),
  coupons: id => done(client.v2.ordersV2Oas2.getOrderCoupons(id)),
  create: product => done(client.v3.products.createProduct(product)),
  update: (id, changes) => done(client.v3.products.updateProduct(id, changes)),
  async missing(id) {
    assert.equal((await refused(client.v3.products.getProduct(id), 404)).status, 404);
    const [error] = await refused(client.v2.ordersV2Oas2.getOrder(id), 404);
    assert.equal(error.message, 'The requested resource was not found.');
  },
  async duplicate(product) {
    const error = await refused(client.v3.products.createProduct(product), 409);
    assert.equal(error.title, 'The product sku is a duplicate');
  },
  async invalid(product) {
    const error = await refused(client.v3.products.createProduct(product), 422);
    assert.deepEqual(Object.keys(error.errors).sort(), ['price', 'type', 'weight']);
  },
  async throttled() {
    const other = new BigCommerceStoreApi(busy);
    let answer;
    for (let request = 0; request < 50 && answer?.status !== 'error'; request++) {
      answer = await other.v3.products.getProducts({ limit: 1 });
    }
    assert.equal(answer.http_status, 429);
  },
});
