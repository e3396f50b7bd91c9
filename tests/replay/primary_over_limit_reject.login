# The same with on_unavailable: accept: a Reject, never an Accept.
unavailable accept

   0       request A alice right          -> check_password A
   10ms    password limit A               -> reject A; drop limit

calls 0
