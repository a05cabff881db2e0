"""Train the answerability classifier and the query adapter on reviewed questions."""
