'use strict';

// What every client must be able to do. A client's script says how it does each thing; what must come out is asked of the store itself.

const assert = require('node:assert/strict');

const settings = { storeHash: 'demo', accessToken: 'demo', clientId: 'demo' };
const busy = { ...settings, storeHash: 'busy' }; // a store whose quota is spent after a few requests

// A product as the schema of POST /catalog/products wants it, and ones that it refuses.
const teapot = name => ({ name, sku: `${name} 01`, type: 'physical', weight: 1.5, price: 19.9, categories: [], description: 'für <b>Tee</b>, "grün"' });
const unfinished = { name: 'no price, no type, no weight' };

// truth asks the store without a client.
async function truth(path) {
  const answer = await fetch(`https://api.bigcommerce.com/stores/${settings.storeHash}${path}`, {
    headers: { 'X-Auth-Token': settings.accessToken, Accept: 'application/json' },
  });
  assert.equal(answer.status, 200, `GET ${path}`);
  return answer.json();
}

// The checks, in order. client has one function for each thing that a client does; see the scripts beside this one.
function checks(client, name) {
  const own = teapot(`Pot of ${name}`);
  let created;
  return [
    ['pages products', async () => {
      const { meta } = await truth('/v3/catalog/products?limit=1');
      const products = await client.products();
      assert.equal(products.length, meta.pagination.total);
      assert.equal(new Set(products.map(product => product.id)).size, products.length, 'a product came twice');
      assert.ok(products.every(product => product.name && typeof product.price === 'number'));
    }],
    ['reads orders with their lines and coupons', async () => {
      const orders = await client.orders();
      const { count } = await truth('/v2/orders/count');
      assert.equal(orders.length, Math.min(count, 50), 'a page of orders is 50 unless asked otherwise');
      let redeemed = 0;
      for (const order of orders) {
        assert.match(order.total_inc_tax, /^\d+\.\d{4}$/, 'money in V2 is text of four places');
        const lines = await client.lines(order.id);
        assert.equal(lines.reduce((sum, line) => sum + line.quantity, 0), order.items_total, `lines of order ${order.id}`);
        const coupons = (await client.coupons(order.id)) ?? []; // an empty list is 204, of which clients make null, '' or {}
        const discount = [].concat(coupons).reduce((sum, coupon) => sum + (coupon.discount ?? 0), 0);
        assert.equal(discount.toFixed(4), order.coupon_discount, `coupons of order ${order.id}`);
        redeemed += discount > 0 ? 1 : 0;
      }
      assert.ok(redeemed > 0, 'none of the orders has a coupon');
    }],
    ['creates a product', async () => {
      created = await client.create(own);
      assert.ok(created.id > 0);
      const { data } = await truth(`/v3/catalog/products/${created.id}`);
      for (const [field, value] of Object.entries(own)) {
        assert.deepEqual(created[field], value, field);
        assert.deepEqual(data[field], value, `${field} in the store`);
      }
    }],
    ['updates a product', async () => {
      const changed = await client.update(created.id, { price: 24.5 });
      assert.equal(changed.price, 24.5);
      const { data } = await truth(`/v3/catalog/products/${created.id}`);
      assert.equal(data.price, 24.5);
      assert.equal(data.description, own.description, 'an update changes what it names');
    }],
    ['hits a 404', () => client.missing(999999)],
    ['hits a 409', () => client.duplicate({ ...teapot('Another name'), sku: own.sku.toUpperCase() })],
    ['hits a 422', () => client.invalid(unfinished)],
    ['hits a 429', () => client.throttled()],
  ];
}

// run prints one line for each check; the process fails with the first check that does.
async function run(name, client) {
  const { version } = require(`${name}/package.json`);
  for (const [title, check] of checks(client, name)) {
    try {
      await check();
    } catch (err) {
      console.log(`${name} ${version}: ${title}: FAILED\n${err.stack}`);
      process.exit(1);
    }
    console.log(`${name} ${version}: ${title}: ok`);
  }
  process.exit(0); // some clients keep their connections open
}

module.exports = { assert, settings, busy, run };
