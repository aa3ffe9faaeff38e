# The recall guard and its plug-in: `npm run guard` with what server/package.json names.
FROM node:24-slim
WORKDIR /app
COPY package.json package-lock.json ./
COPY server/package.json server/
# Without the Node that is for computers that have none: the image has its own.
RUN npm ci --omit=dev --workspace server --ignore-scripts && rm -r node_modules/node node_modules/node-bin-* && npm cache clean --force
COPY shared shared
COPY server server
USER node
ENTRYPOINT ["node", "server/guard/main.ts"]
