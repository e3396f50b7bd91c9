# Status-Server is answered at any time, and is neither a login nor kept.
   0       request S - - id=1 status                        -> accept S
   1s      again S                                          -> accept S again
   1s      request T - - id=1 status proxy_state=x          -> accept T
   1s      request U - - id=2 status forged                 -> drop forged
   1s      request V - - id=3 status unsigned               -> drop no_message_authenticator

calls 0
