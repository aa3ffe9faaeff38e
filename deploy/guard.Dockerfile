# The recall guard and its plug-in: `npm run guard` with what server/package.json names.
FROM node:24-slim
WORKDIR /app
COPY package.json package-lock.json ./
COPY server/package.json server/
RUN npm ci --omit=dev --workspace server --ignore-scripts=false && npm cache clean --force
COPY shared shared
COPY server server
USER node
ENTRYPOINT ["node", "server/guard/main.ts"]
