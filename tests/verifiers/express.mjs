/* The middleware of express-oauth2-jwt-bearer, without the rest of Express. */
import { auth } from 'express-oauth2-jwt-bearer';

export const verifier = (options) => {
  const middleware = auth(options);
  return (_, { method, path, headers }) => new Promise((resolve, reject) => {
    const request = {
      method, protocol: 'https', originalUrl: path, headers,
      get: (name) => (name === 'Host' ? 'api.example.org' : undefined), is: () => false,
    };
    middleware(request, {}, (error) => (error ? reject(error) : resolve(request.auth.payload)));
  });
};
